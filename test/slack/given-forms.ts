import type { InputBlock, ModalView } from '@slack/types';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import { judgeView } from '#sandbox/slack/block-kit/judge.ts';
import type { FormValues } from '#slack/messages/form-values.ts';

export const NOW = Date.UTC(2026, 10, 26, 12, 0, 0);

export const INCIDENT: Incident = {
  id: 'INC-12',
  number: 12,
  title: 'Nobody can pay by card',
  severity: 'sev2',
  status: 'monitoring',
  services: ['checkout'],
  roles: { commander: { kind: 'person', user: 'U0ANA0001' } },
  declaredBy: { kind: 'person', user: 'U0BO00001' },
  declaredAt: NOW,
  times: { started: NOW - 600_123, detected: NOW - 300_000 },
  alerts: [],
  deploys: [],
  rollouts: [],
  costs: [],
  touchedAt: NOW,
  nudges: 0,
  channel: '#incidents',
};

export const POSTMORTEM: Postmortem = {
  version: 1,
  incident: 'INC-12',
  revision: 7,
  state: 'draft',
  createdAt: NOW,
  updatedAt: NOW,
  authors: [],
  fields: { title: 'Nobody could pay by card', times: INCIDENT.times },
  actions: [],
  record: {
    alerts: [],
    deploys: [],
    rollouts: [],
    incidents: [],
    costs: [],
    requests: [],
    evidence: [],
    missing: [],
  },
};

/** Judges a form as Slack does. */
export function judged(view: ModalView): ModalView {
  judgeView(view, 'modal', { isUsable: () => true });
  return view;
}

/** What somebody does in a form: by field, what is typed or chosen instead of what stands there; a list types into the parts of a long text. */
export type Typed = Readonly<Record<string, string | readonly string[]>>;

/** What Slack sends of a form in which somebody typed. */
export function sent(view: ModalView, typed: Typed = {}): FormValues {
  return Object.fromEntries(
    inputsOf(view).map(({ block_id: block = '', element }) => {
      const [id = '', part = ''] = block.split('|');
      const given = typed[id];
      const own = typeof given === 'string' ? (part === '0' ? given : undefined) : given?.[Number(part)];
      return [block, { [id]: fieldOf(element, own, Array.isArray(given) ? given : undefined) }];
    }),
  );
}

function fieldOf(
  element: InputBlock['element'],
  own: string | undefined,
  many: readonly string[] | undefined,
) {
  const option = (value: string | undefined) => (value === undefined || value === '' ? null : { value });
  switch (element.type) {
    case 'plain_text_input': {
      const text = own ?? element.initial_value ?? '';
      return { type: element.type, value: text === '' ? null : text };
    }
    case 'static_select':
    case 'radio_buttons':
      return { type: element.type, selected_option: option(own ?? element.initial_option?.value) };
    case 'multi_static_select':
    case 'checkboxes':
      return {
        type: element.type,
        selected_options: (many ?? element.initial_options?.map(({ value = '' }) => value) ?? []).map(
          (value) => ({ value }),
        ),
      };
    case 'users_select':
      return { type: element.type, selected_user: own ?? element.initial_user ?? null };
    case 'datepicker':
      return { type: element.type, selected_date: own ?? element.initial_date ?? null };
    case 'datetimepicker': {
      const at = own === undefined ? element.initial_date_time : own === '' ? undefined : Number(own);
      return { type: element.type, selected_date_time: at ?? null };
    }
    default:
      throw new Error(`no form of ours has a ${element.type}`);
  }
}

/** All inputs that ask for a text of a field, in their order. */
export function partsIn(view: ModalView, id: string): readonly string[] {
  return inputsOf(view).flatMap(({ block_id: block, element }) =>
    block?.startsWith(`${id}|`) === true && element.type === 'plain_text_input'
      ? [element.initial_value ?? '']
      : [],
  );
}

function inputsOf({ blocks }: ModalView): readonly InputBlock[] {
  return blocks.filter((block): block is InputBlock => block.type === 'input');
}
