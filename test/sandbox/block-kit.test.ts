import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAttachments, judgeBlocks, judgeView } from '#sandbox/slack/block-kit/judge.ts';
import { Refusal } from '#sandbox/slack/refusal.ts';
import { corpus } from '../ingest/corpora.ts';
import { INVALID, type Invalid } from './invalid-blocks.ts';

const spec = corpus('slack/slackblocks/spec');
const views = corpus('slack/python-slack-sdk/tests/data');
const anyFile = { isUsable: () => true };

/** Why something was refused, or nothing when it was taken. */
function refusalOf(judge: () => void): string | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return `${error.message}: ${error.detail.join('; ')}`;
    throw error;
  }
}

const judgeAny = (one: Invalid) =>
  refusalOf(() => ('view' in one ? judgeView(one.view, 'modal', anyFile) : judgeBlocks(one.blocks, anyFile)));

const message = (blocks: unknown) => refusalOf(() => judgeBlocks(blocks, anyFile));
const text = { type: 'mrkdwn', text: 'hello' };
const plain = { type: 'plain_text', text: 'hello' };
const button = { type: 'button', text: plain };
const section = (more: object) => [{ type: 'section', text, ...more }];

/** Where each element may stand, so that it is judged as part of a message or view. */
function around(element: { type: string }): readonly unknown[] {
  if (/_input$|^email_text|^url_text/.test(element.type)) return [{ type: 'input', label: plain, element }];
  if (element.type === 'datetimepicker') return [{ type: 'actions', elements: [element] }];
  if (element.type === 'url')
    return [{ type: 'task_card', task_id: 't', title: 't', status: 'pending', sources: [element] }];
  return section({ accessory: element });
}

/** Parts of blocks by the name of their file: each is judged where it belongs. */
function aroundObject(name: string, object: Record<string, unknown>): readonly unknown[] {
  if (name.startsWith('confirmation')) return section({ accessory: { ...button, confirm: object } });
  if (name.startsWith('conversation_filter'))
    return section({ accessory: { type: 'conversations_select', filter: object } });
  if (name.startsWith('dispatch'))
    return [
      {
        type: 'input',
        label: plain,
        element: { type: 'plain_text_input', dispatch_action_config: object },
      },
    ];
  if (name.startsWith('option_group'))
    return section({ accessory: { type: 'static_select', option_groups: [object] } });
  if (name.startsWith('option')) return section({ accessory: { type: 'static_select', options: [object] } });
  if (name.startsWith('text')) return [{ type: 'section', text: object }];
  const workflow = name.startsWith('workflow')
    ? object
    : {
        trigger: name.startsWith('trigger')
          ? object
          : { url: 'https://slack.com/shortcuts/x', customizable_input_parameters: [object] },
      };
  return section({ accessory: { type: 'workflow_button', text: plain, workflow } });
}

function aroundRichText(part: { type: string }): readonly unknown[] {
  const isElement = part.type.startsWith('rich_text_');
  const elements = isElement ? [part] : [{ type: 'rich_text_section', elements: [part] }];
  return [{ type: 'rich_text', elements }];
}

/** What a fixture is judged as, by the folder that it is in. */
function judgeFixture(path: string, value: Record<string, unknown> & { type: string }): string | undefined {
  const [folder, name = ''] = path.replace('fixtures/valid/', '').split('/');
  if (folder === 'blocks') return message([value]);
  if (folder === 'elements') return message(around(value));
  if (folder === 'objects') return message(aroundObject(name, value));
  if (folder === 'rich_text') return message(aroundRichText(value));
  if (folder === 'attachments') return refusalOf(() => judgeAttachments([value], anyFile));
  if (folder === 'views')
    return refusalOf(() => judgeView(value, value.type === 'home' ? 'home' : 'modal', anyFile));
  const { blocks = [], attachments = [] } = value;
  return message(blocks) ?? refusalOf(() => judgeAttachments(attachments, anyFile));
}

describe.skipIf(!spec.here)(`Block Kit’s specification${spec.note}`, () => {
  const valid = spec.files(/^fixtures\/valid\/.*\.json$/);

  it('has a hundred valid fixtures', () => {
    expect(valid).toHaveLength(100);
  });

  it.each(valid)('%s is accepted', (path, json) => {
    expect(judgeFixture(path, JSON.parse(json))).toBeUndefined();
  });

  const [, manifest = '{"cases":[]}'] = spec.files(/^fixtures\/invalid\/manifest\.json$/)[0] ?? [];
  const cases: { id: string; description: string }[] = JSON.parse(manifest).cases;

  it.each(cases)('$id is refused: $description', ({ id }) => {
    const built = INVALID[id];
    expect(built, `no construction of ${id}`).toBeDefined();
    expect(built === undefined ? undefined : judgeAny(built)).toMatch(/json-pointer/);
  });
});

describe.skipIf(!views.here)(`views of real apps${views.note}`, () => {
  /** What Slack adds to a view when it hands it out. */
  const ADDED = [
    'app_id',
    'app_installed_team_id',
    'bot_id',
    'hash',
    'id',
    'previous_view_id',
    'root_view_id',
    'state',
    'team_id',
  ];

  it.each(views.files(/\.json$/))('%s are accepted', (_, json) => {
    const view = JSON.parse(json);
    for (const name of ADDED) delete view[name];
    expect(refusalOf(() => judgeView(view, view.type, anyFile))).toBeUndefined();
  });
});

describe('the judge of blocks', () => {
  it('refuses each invalid construction for its own fault alone', () => {
    for (const [id, one] of Object.entries(INVALID)) expect(judgeAny(one), id).toBeDefined();
  });

  it.each<[string, unknown, RegExp]>([
    ['a property that does not exist', section({ colour: 'red' }), /colour \[json-pointer:\/blocks\/0\]/],
    [
      'a block that does not exist',
      [{ type: 'blink' }],
      /unsupported type \[json-pointer:\/blocks\/0\/type\]/,
    ],
    [
      'a missing text',
      [{ type: 'header' }],
      /missing required field: text \[json-pointer:\/blocks\/0\/text\]/,
    ],
    ['a number for a text', [{ type: 'header', text: { type: 'plain_text', text: 7 } }], /must be string/],
    ['mrkdwn in a header', [{ type: 'header', text }], /json-pointer:\/blocks\/0\/text/],
    [
      'an input element among actions',
      [{ type: 'actions', elements: [{ type: 'plain_text_input' }] }],
      /type/,
    ],
    [
      'a file by id and address',
      section({
        accessory: { type: 'image', alt_text: 'x', slack_file: { id: 'F0PICTURE1', url: 'https://x' } },
      }),
      /exactly one of id and url/,
    ],
    ['fifty-one blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), /no more than 50 items/],
    ['what is no list', { type: 'divider' }, /must be array/],
  ])('refuses %s, pointing to it', (_, blocks, words) => {
    expect(message(blocks)).toMatch(words);
  });

  it('refuses all blocks together when they are too long', () => {
    const full = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3000) } };
    expect(message([full, full, full, full])).toBeUndefined();
    expect(message([full, full, full, full, full])).toMatch(/msg_blocks_too_long/);
  });

  it('refuses a picture whose file is not ready, wherever it stands', () => {
    const none = { isUsable: () => false };
    const picture = { type: 'image', alt_text: 'x', slack_file: { id: 'F0PICTURE1' } };
    for (const blocks of [
      [picture],
      section({ accessory: picture }),
      [{ type: 'context', elements: [picture] }],
    ])
      expect(refusalOf(() => judgeBlocks(blocks, none))).toMatch(/invalid slack file/);
  });

  it('wants a submit button where a modal asks for something, and ids that are there once', () => {
    const input = { type: 'input', label: plain, element: { type: 'plain_text_input' } };
    const view = { type: 'modal', title: plain, blocks: [input] };
    expect(refusalOf(() => judgeView(view, 'modal', anyFile))).toMatch(/submit/);
    const twice = {
      ...view,
      blocks: [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
    };
    expect(refusalOf(() => judgeView(twice, 'modal', anyFile))).toMatch(/already exists/);
  });

  it('wants ids that are there once in a block, first choices among the options, and one focus', () => {
    const option = (value: string) => ({ text: plain, value });
    const select = { type: 'static_select', options: [option('a')] };
    const actions = (...elements: object[]) => [{ type: 'actions', elements }];
    const twice = { ...button, action_id: 'go' };
    expect(message(actions(twice, twice))).toMatch(/action_id go already exists/);
    expect(message([...actions(twice), ...actions(twice)])).toBeUndefined();
    expect(message(actions({ ...select, initial_option: option('a') }))).toBeUndefined();
    expect(message(actions({ ...select, initial_option: option('b') }))).toMatch(
      /must match one of its options/,
    );
    const focused = { type: 'datepicker', focus_on_load: true };
    expect(message(actions(focused, focused))).toMatch(/focus_on_load/);
  });

  it.each([
    ['title', { title: { ...plain, text: 'x'.repeat(25) } }],
    ['submit', { submit: { ...plain, text: 'x'.repeat(25) } }],
    ['close', { close: { ...plain, text: 'x'.repeat(25) } }],
    ['private_metadata', { private_metadata: 'x'.repeat(3001) }],
    ['callback_id', { callback_id: 'x'.repeat(256) }],
    ['blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }],
  ])('refuses a view whose %s is too long', (name, more) => {
    const view = { type: 'modal', title: plain, blocks: [{ type: 'divider' }], ...more };
    expect(refusalOf(() => judgeView(view, 'modal', anyFile))).toMatch(
      new RegExp(`json-pointer:/view/${name}`),
    );
  });

  it('refuses a view of more than 250 KB', () => {
    const section = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3000) } };
    const view = { type: 'home', blocks: Array.from({ length: 90 }, () => section) };
    expect(refusalOf(() => judgeView(view, 'home', anyFile))).toMatch(/view_too_large/);
  });

  it('takes or refuses whatever JSON it is given, and never fails', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        message(value);
        message([value]);
        refusalOf(() => judgeView(value, 'modal', anyFile));
        refusalOf(() => judgeAttachments(value, anyFile));
      }),
      { numRuns: 300 },
    );
  });
});
