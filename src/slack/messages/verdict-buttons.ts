import type { Button, KnownBlock } from '@slack/types';
import { answersOf, saidRight } from '#domain/answers.ts';
import type { Deploy } from '#domain/deploy.ts';
import { isRollbackUnderWay, type RollbackOffer } from '#domain/rollback-way.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { bare, context, plain, webAddress } from '../blocks.ts';
import { who } from './figures.ts';
import { declareButton, declaredWords } from './incident-buttons.ts';
import { isVerdict } from './verdict.ts';

/** Action ids of the buttons under a report; the value of each is `shownValue`. */
export const VERDICT_ACTION = {
  right: 'verdict-right',
  wrong: 'verdict-wrong',
  expected: 'verdict-expected',
  rollback: 'verdict-rollback',
  rollbackLink: 'verdict-rollback-link',
} as const;

/** What people said of a verdict, and the buttons with which more can be said. Nothing where there is no verdict. */
export function verdictButtons(deploy: Deploy, rollback?: RollbackOffer): KnownBlock[] {
  const verdict = deploy.watch?.verdict?.verdict;
  if (verdict === undefined) return [];
  const { incident } = deploy;
  const words = [
    ...(incident === undefined ? [] : [declaredWords(incident)]),
    ...[answerWords(deploy)].filter((said) => said !== undefined),
  ].join(' · ');
  const right = saidRight(deploy);
  const isOpen = verdict === 'degraded' && answersOf(deploy).expected === undefined;
  const elements = [
    ...(isOpen && right !== false && incident === undefined ? [declareButton('deploy', deploy.id)] : []),
    ...(isOpen && right !== false ? rollbackButton(deploy, rollback) : []),
    ...(isOpen ? [button('It’s expected', VERDICT_ACTION.expected, deploy)] : []),
    ...(right === true ? [] : [button('Right', VERDICT_ACTION.right, deploy)]),
    ...(right === false ? [] : [button('Wrong', VERDICT_ACTION.wrong, deploy)]),
  ];
  return [
    ...(words === '' ? [] : [context(words)]),
    // Right or Wrong is always there: whoever erred can say so.
    { type: 'actions', elements },
  ];
}

/** Which deploy a button stands under, and the verdict that its presser saw; buttons from before this was carried do not tell that. */
export function shownIn(value: string | undefined): { readonly deploy: string; readonly seen?: Verdict } {
  const [deploy = '', word] = (value ?? '').split(' ');
  return { deploy, ...(word !== undefined && isVerdict(word) ? { seen: word } : {}) };
}

/** What people said of a verdict: `expected, says @tom: a load test · @rae says: wrong`. */
export function answerWords(deploy: Deploy): string | undefined {
  const { answered, expected } = answersOf(deploy);
  const parts = [
    ...(expected === undefined ? [] : [`expected, says ${who(expected.by)}: ${plain(expected.reason, 500)}`]),
    ...(answered === undefined ? [] : [`${who(answered.by)} says: ${answered.right ? 'right' : 'wrong'}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' · ');
}

function rollbackButton(deploy: Deploy, offer: RollbackOffer | undefined): Button[] {
  if (offer === undefined) return [];
  if (offer.kind === 'webhook') return isRollbackUnderWay(deploy) ? [] : [askingButton(deploy, offer)];
  const url = webAddress(offer.url);
  return url === undefined
    ? []
    : [{ ...button('Open rollback', VERDICT_ACTION.rollbackLink, deploy), url, style: 'danger' }];
}

/** A press has somebody else change production, so it is asked about once more. */
function askingButton(deploy: Deploy, { host, to }: Extract<RollbackOffer, { kind: 'webhook' }>): Button {
  const what = `${deploy.service ?? ''} in ${bare(deploy.environment, 40)}`;
  const back = to === undefined ? '' : ` to ${bare(to, 60)}`;
  return {
    ...button('Open rollback', VERDICT_ACTION.rollback, deploy),
    style: 'danger',
    confirm: {
      title: { type: 'plain_text', text: 'Roll back?' },
      text: {
        type: 'plain_text',
        text: bare(
          `${host} will be asked to roll ${what} back from ${bare(deploy.version, 60)}${back}.`,
          290,
        ),
      },
      confirm: { type: 'plain_text', text: 'Roll back' },
      deny: { type: 'plain_text', text: 'Cancel' },
      style: 'danger',
    },
  };
}

function button(text: string, action: string, deploy: Deploy): Button {
  return { type: 'button', text: { type: 'plain_text', text }, action_id: action, value: shownValue(deploy) };
}

/** What a button carries: the deploy's id, and the verdict over it, for that may change before somebody presses. */
function shownValue({ id, watch }: Deploy): string {
  return [id, ...(watch?.verdict === undefined ? [] : [watch.verdict.verdict])].join(' ');
}
