import { describe, expect, it } from 'vitest';
import type { FlagAnswer, FlagsAnswer } from '#app/answer.ts';
import type { RolloutStepMessage } from '#app/message.ts';
import type { Rollout, RolloutStep } from '#domain/flag.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import type { Rendered } from '#slack/blocks.ts';
import { answerBlocks } from '#slack/messages/answer.ts';
import { render } from '#slack/messages/render.ts';
import { AT, GO, HOLD, P99, rollout, STOP, step, watch } from './given-rollouts.ts';

const PICTURE = 'F0PICTURE1';
const FLAG_PAGE = 'https://flags.example/new-checkout';

/** A message as it is read, a line a row, dates as people see them in UTC, what breaks formatting left out. */
function lines({ blocks }: Rendered): readonly string[] {
  judgeBlocks(blocks, { isUsable: ({ id }) => id === PICTURE });
  const told = blocks.map((block) => {
    if (block.type === 'section') return block.text?.text ?? '';
    if (block.type === 'context') return block.elements[0]?.type === 'mrkdwn' ? block.elements[0].text : '';
    return `[${block.type}]`;
  });
  return seen(told.join('\n')).split('\n');
}

function seen(text: string): string {
  return text.replaceAll('\u200b', '').replaceAll(/<!date\^[^|]*\|(\d\d:\d\d) UTC>/g, '$1');
}

function root(steps: readonly RolloutStep[], more: Partial<Rollout> = {}): readonly string[] {
  const message = { about: 'rollout' as const, at: AT, rollout: rollout(steps, more), owner: '@checkout' };
  return lines(render({ ...message, links: {} }, undefined));
}

function reply(steps: readonly RolloutStep[], more: Partial<RolloutStepMessage> = {}): readonly string[] {
  return lines(
    render(
      {
        ...{
          about: 'rolloutStep',
          at: AT,
          rollout: rollout(steps),
          step: steps.length,
          links: {},
          problems: [],
        },
        ...more,
      },
      PICTURE,
    ),
  );
}

const FIRST = step(0.01, { watch: watch(15, GO, { state: 'ended' }), url: FLAG_PAGE });
const SECOND = step(0.1, {
  ...{ number: 2, url: FLAG_PAGE },
  watch: watch(6, STOP, {
    state: 'ended',
    queries: [{ source: 'default', promql: 'sum by (flag) (rate(a[1m]))', line: 'p99' }],
  }),
});

describe('the first line of a rollout’s thread', () => {
  it.each<[string, readonly RolloutStep[]]>([
    [
      ':hourglass_flowing_sand: *new-checkout* at 1 % on checkout · watching, 0 of 15 min',
      [step(0.01, { watch: watch(0) })],
    ],
    [
      ':hourglass_flowing_sand: *new-checkout* at 1 % on checkout · watching, 6 of 15 min · nothing worse so far',
      [step(0.01, { watch: watch(6, HOLD) })],
    ],
    [
      ':hourglass_flowing_sand: *new-checkout* at 1 % on checkout · watching, 2 of 15 min · nothing to compare yet',
      [step(0.01, { watch: watch(2, { ...HOLD, signals: [] }) })],
    ],
    [
      ':white_check_mark: *new-checkout* at 1 % on checkout: *go* · errors 0.1 → 0.11 %, p99 310 → 312 ms',
      [step(0.01, { watch: watch(15, GO) })],
    ],
    [
      ':raised_hand: *new-checkout* at 1 % on checkout: *hold* · about 4,500 more requests with it (2 h 30 min at this traffic)',
      [step(0.01, { watch: watch(15, HOLD) })],
    ],
    [':octagonal_sign: *new-checkout* at 10 % on checkout: *stop* · p99 310 → 823 ms', [FIRST, SECOND]],
    [
      ':white_check_mark: *new-checkout* on for everybody on checkout: *go* · errors 0.1 → 0.11 %, p99 310 → 312 ms',
      [FIRST, step(1, { number: 2, watch: watch(15, { ...GO, compared: 'before' }) })],
    ],
    [
      ':control_knobs: *new-checkout* off for everybody on checkout · recorded, not compared',
      [FIRST, SECOND, step(0, { number: 3 })],
    ],
    [
      ':white_check_mark: *new-checkout* changed (1 % of requests) on checkout: *go* · errors 0.1 → 0.11 %, p99 310 → 312 ms',
      [step(undefined, { watch: watch(15, GO) })],
    ],
    [
      ':grey_question: *new-checkout* at 1 % on checkout · watched, and nothing could be judged',
      [step(0.01, { watch: watch(15, undefined, { state: 'ended' }) })],
    ],
  ])('is “%s”', (first, steps) => {
    expect(root(steps)[0]).toBe(first);
  });

  it('says why nothing more can be said where requests would not help', () => {
    const between = 'It differs by too little to be called worse, and by too much to be called the same.';
    const { needs: _, ...hold } = HOLD;
    expect(root([step(0.01, { watch: watch(15, { ...hold, reasons: [between] }) })])[0]).toContain(
      ': *hold* · it differs by too little to be called worse, and by too much to be called the same',
    );
  });

  it('does not let anybody go on by a go where the two sides may not be alike', () => {
    const sampleRatio = {
      expected: 0.01,
      observed: 0.013,
      n: 120_000,
      dispersion: 1.1,
      p: 1e-9,
      isMismatch: true,
    };
    const mismatch = [step(0.01, { watch: watch(15, { ...GO, sampleRatio }) })];
    expect(root(mismatch)[0]).toContain(': *go* · but 1.3 % of requests carry the flag where 1 % should · ');
    expect(reply(mismatch).join('\n')).toContain(
      ':warning: *1.3 % of requests carry the flag where 1 % should* (of 120k, p &lt; 0.0001). Whoever has it is chosen or counted in another way than meant',
    );
    const alike = { ...sampleRatio, isMismatch: false };
    expect(root([step(0.01, { watch: watch(15, { ...GO, sampleRatio: alike }) })])[0]).not.toContain('carry');
  });

  it('says its word within 60 characters, however long the names are', () => {
    const names = {
      flag: 'checkout-experiment-with-a-very-long-name',
      service: 'payments-orchestrator-europe',
    };
    const [first = ''] = root([step(0.125, { watch: watch(7, STOP) })], names);
    expect(first.replaceAll(/[*]|:octagonal_sign: /g, '')).toBe(
      'checkout-experiment-wit… at 12.5 % on payments-orches…: stop · p99 310 → 823 ms',
    );
  });
});

describe('the root of a rollout’s thread', () => {
  it('has all steps, newest first, and when each began in everybody’s own time', () => {
    expect(root([FIRST, SECOND]).slice(1)).toEqual([
      '```',
      'step  word  with it      errors         p99',
      '10 %  stop   34,610  0.1→0.11 %  310→823 ms',
      '1 %     go   34,610  0.1→0.11 %  310→312 ms',
      '```',
      'with it: requests that have the flag · errors, p99: without it → with it',
      `*10 %* since 15:00 by noor · <${FLAG_PAGE}|flag>`,
      `*1 %* since 14:00 by noor · <${FLAG_PAGE}|flag>`,
      'in production · owner @checkout',
    ]);
  });

  it('shows no more than a phone does, and counts the rest', () => {
    const many = Array.from({ length: 13 }, (_, i) =>
      step((i + 1) / 100, { number: i + 1, watch: watch(15, GO) }),
    );
    const shown = root(many);
    expect(shown.filter((line) => /% +go/.test(line))).toHaveLength(8);
    expect(shown).toContain('and 5 earlier steps');
  });

  it('says why a change is recorded only', () => {
    expect(root([step(0.01)])).toContain(
      'Nothing is compared: `services.checkout.flags` does not name new-checkout, production is not watched, or it was heard of a day late.',
    );
    expect(root([step(0.1), step(0, { number: 2 })])).toContain(
      'Too few had it for that to be seen in the service as a whole, so nothing is compared.',
    );
  });

  it('calls a step without a word none that passed', () => {
    const short = [
      step(0.01, { watch: watch(4, HOLD, { state: 'ended' }) }),
      step(0.1, { number: 2, at: AT + 5 * MINUTE, watch: watch(0) }),
    ];
    expect(root(short).find((line) => line.startsWith('1 %'))).toMatch(/^1 % +– +34,610/);
    expect(reply(short, { step: 1 })[0]).toBe(
      ':fast_forward: *new-checkout* at 1 % on checkout · it went to 10 % after 5 min, before anything could be said',
    );
  });
});

describe('what is said of a step', () => {
  it('calls the owner for a stop, says what to do, and where', () => {
    const alarm = {
      isAlarm: true,
      mention: 'U0OWNER000',
      picture: { snapshot: 's_1', alt: 'on and off' },
    } as const;
    const [first, second, ...rest] = reply([FIRST, SECOND], alarm);
    expect(first).toBe(':octagonal_sign: *stop*: *new-checkout* at 10 % on checkout · p99 310 → 823 ms');
    expect(second).toBe('<@U0OWNER000>: please turn *new-checkout* back to 1 %.');
    expect(rest.slice(0, 9)).toEqual([
      '[image]',
      '```',
      'signal     off       on  change',
      'p99     310 ms   823 ms  +165 %  worse',
      'errors   0.1 %   0.11 %   +10 %   same',
      'p50      61 ms    62 ms  +1.6 %   same',
      'rate    346 /s  38.4 /s       –',
      '```',
      '[actions]',
    ]);
    expect(rest).toContain('*Asked*');
    expect(rest.at(10)).toBe(
      '*p99* worse: off 310 ms (302–318 ms), on 823 ms (780–870 ms), each to 95 %; slower than 500 ms: off 19 of 19,050, on 812 of 2,110; scatter 1.2, p &lt; 0.0001; matters from 25 %.',
    );
    expect(rest).toContain('Test: bet on the flag’s share of bad events in each step (any-time valid).');
  });

  it('mentions nobody in the reply that is only kept up to date, whose evidence stands below', () => {
    const shown = reply([FIRST, SECOND], { mention: 'U0OWNER000' });
    expect(shown[1]).toBe('Turn *new-checkout* back to 1 %.');
    expect(shown.join('\n')).not.toMatch(/U0OWNER000|\*Why\*|\*Asked\*|\[actions\]/);
  });

  it('asks for nothing that was done: it says what became of the flag', () => {
    const off = step(0, { number: 3, at: AT + HOUR + 9 * MINUTE, actor: 'kim' });
    const shown = reply([FIRST, SECOND, off], { step: 2, isAlarm: true, mention: 'U0OWNER000' });
    expect(shown[1]).toBe('It was turned off after 9 min, by kim.');
    expect(shown.join('\n')).not.toContain('U0OWNER000');
  });

  const stopped = (share: number | undefined, number: number, more = STOP) =>
    step(share, { number, watch: watch(9, more, { state: 'ended' }) });
  it.each<[string, readonly RolloutStep[]]>([
    ['Turn *new-checkout* off.', [stopped(0.01, 1)]],
    ['Turn *new-checkout* back.', [stopped(undefined, 1)]],
    ['Turn *new-checkout* back to 1 %.', [FIRST, stopped(0.1, 2)]],
    ['Turn *new-checkout* off.', [stopped(0.01, 1), stopped(0.1, 2)]],
    ['Turn *new-checkout* off.', [step(0), stopped(0.1, 2)]],
    ['Turn *new-checkout* back to 50 %.', [step(0.5), stopped(1, 2, { ...STOP, compared: 'before' })]],
    ['Turn *new-checkout* back to 50 %.', [step(0.5), stopped(0, 2, { ...STOP, compared: 'before' })]],
    ['Turn *new-checkout* on again.', [stopped(0, 1, { ...STOP, compared: 'before' })]],
  ])('says “%s” of a step that did harm', (words, steps) => {
    expect(reply(steps)[1]).toBe(words);
  });

  it('compares everybody with before where there is nobody to compare with', () => {
    const whole = watch(15, { ...GO, compared: 'before' }, { baseline: { from: AT - 30 * MINUTE, to: AT } });
    const shown = reply([FIRST, step(1, { number: 2, watch: whole })]).join('\n');
    expect(shown).toMatch(/^signal {2}before +now +change$/m);
    expect(shown).toContain('everybody against the 30 min before the step, over 15 min');
  });

  it('says of what a sender or the metrics call things nothing that Slack would obey', () => {
    const evil = { flag: '<!channel> *x*', service: '<https://evil.example|click>', environment: '`' };
    const shown = root([step(0.1, { actor: '<@U1>', source: '*y*', watch: watch(15, GO) })], evil).join('\n');
    expect(shown).not.toMatch(/<!|<@|<https/);
  });
});

describe('/obs flags', () => {
  const list = (more: Partial<FlagsAnswer>) =>
    lines(answerBlocks({ kind: 'flags', at: AT, rollouts: [], silent: [], ...more }));

  it('says of each rollout where it stands, since when, by whom, and its word', () => {
    const rollouts = [rollout([FIRST, SECOND]), rollout([step(0.01, { watch: watch(15, HOLD) })])];
    expect(list({ rollouts })).toEqual([
      '*Flags*',
      ':octagonal_sign: *new-checkout* at 10 % · checkout · *stop*, p99 310 → 823 ms · since 15:00 by noor · production',
      ':raised_hand: *new-checkout* at 1 % · checkout · *hold*, about 4,500 more requests with it (2 h 30 min at this traffic) · since 14:00 by noor · production',
    ]);
  });

  it('names flags of which no change was heard, and says how one is', () => {
    expect(list({ silent: [{ service: 'ledger', flag: 'fast' }] }).slice(1)).toEqual([
      'Configured, no change heard yet: *fast* of ledger',
      'Let whatever changes a flag tell `/webhooks/flags`. Until then `/obs flag NAME` compares both sides all the same.',
    ]);
  });

  it('says what to write where there are none', () => {
    const shown = list({ service: 'ledger' });
    expect(shown[0]).toBe('No flags of ledger yet: none is configured, and no change of one was heard.');
    expect(shown).toEqual(
      expect.arrayContaining(['services:', '  ledger:', '    flags:', '        on: "true"']),
    );
  });
});

describe('/obs flag', () => {
  const window = { from: AT + HOUR, to: AT + 2 * HOUR };
  const told = (more: Partial<FlagAnswer>) =>
    lines(
      answerBlocks({
        ...{
          kind: 'flag',
          flag: 'new-checkout',
          service: 'checkout',
          window,
          verdict: STOP,
          also: [],
          problems: [],
        },
        ...more,
      }),
    );

  it('says the word first, then both sides, of which time, and why', () => {
    const shown = told({ rollout: rollout([FIRST, SECOND]), also: ['storefront'] });
    expect(shown[0]).toBe(':octagonal_sign: *new-checkout* on checkout: *stop* · p99 310 → 823 ms');
    expect(shown[3]).toBe('p99     310 ms   823 ms  +165 %  worse');
    expect(shown).toContain(
      'since it went to 10 % (15:00–16:00), with the flag against without it · at 10 % since 15:00 by noor',
    );
    expect(shown.at(-1)).toBe('Other services have it too: `/obs flag new-checkout storefront`');
  });

  it('does not take the time of the last step with two sides for that of the latest', () => {
    const off = rollout([FIRST, SECOND, step(0, { number: 3 })]);
    expect(told({ rollout: off }).join('\n')).toContain(
      'while it was at 10 % (15:00–16:00), with the flag against without it · off for everybody since 16:00 by noor',
    );
    expect(told({}).join('\n')).toContain('last 60 min (15:00–16:00)');
    expect(told({ of: 'last 1h', rollout: off }).join('\n')).toContain('last 1h (15:00–16:00)');
  });

  it('says so where nothing was seen, and where the word is of a signal that was not asked for', () => {
    const { rates: _, ...nothing } = { ...HOLD, signals: [] };
    expect(told({ verdict: nothing }).join('\n')).toContain(
      'No requests of either side were seen in this time.',
    );
    const others = STOP.signals.filter(({ measure }) => measure !== P99.measure);
    expect(told({ verdict: { ...STOP, signals: others } })[0]).toContain(
      '*stop* · worse by a signal that was not asked for',
    );
  });
});
