import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '#domain/incident/incident.ts';
import type { PostmortemFields } from '#domain/incident/postmortem.ts';
import { actionForm, actionIn } from '#slack/messages/action-form.ts';
import { declaredIn, declareForm } from '#slack/messages/declare-form.ts';
import { entryChangeIn, entryForm, entryState, timelineView } from '#slack/messages/entry-form.ts';
import { formText } from '#slack/messages/form-values.ts';
import { noteForm, noteIn } from '#slack/messages/note-form.ts';
import {
  changedMeanwhile,
  faultsIn,
  postmortemForm,
  postmortemState,
  typedFields,
} from '#slack/messages/postmortem-form.ts';
import { STEPS } from '#slack/messages/postmortem-steps.ts';
import { updatedIn, updateForm, updateState } from '#slack/messages/update-form.ts';
import { INCIDENT, judged, NOW, POSTMORTEM, partsIn, sent, type Typed } from './given-forms.ts';

const KNOWN = ['checkout', 'ledger'];
const LONG = 'All work and no play makes a long text. '.repeat(74);
const HOSTILE = '</script> <!channel> `*_~ ```\n\u202e\u0000 {"a": "&lt;"} 🧯👩‍🚒';

/** Texts that people and machines may have written. */
const anyText = fc.oneof(
  fc.constantFrom('', ' ', '\n', HOSTILE, LONG, 'x'.repeat(3000), '🧯'.repeat(1500), '🧯'.repeat(4000)),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc
    .array(fc.string({ unit: 'grapheme', maxLength: 900 }), { maxLength: 20 })
    .map((lines) => lines.join('\n')),
);

describe('the form that declares an incident', () => {
  const read = (typed: Typed, draft = {}) =>
    declaredIn(sent(judged(declareForm({ services: [], ...draft }, KNOWN, {})), typed), KNOWN);

  it('takes over what the alert says, and what was typed instead', () => {
    const draft = {
      title: 'HighErrors on checkout',
      severity: 'sev2' as const,
      services: ['checkout'],
      from: 'an alert',
    };
    expect(read({}, draft)).toEqual({
      ok: true,
      title: 'HighErrors on checkout',
      severity: 'sev2',
      services: ['checkout'],
    });
    expect(
      read(
        { title: 'Nobody can pay', severity: 'sev1', services: ['ledger', 'checkout'], summary: LONG },
        draft,
      ),
    ).toEqual({
      ok: true,
      title: 'Nobody can pay',
      severity: 'sev1',
      services: ['ledger', 'checkout'],
      summary: LONG.trim(),
    });
  });

  it('asks for a title, under its field', () => {
    expect(read({ title: '' })).toEqual({
      ok: false,
      errors: { 'title|0||0': expect.stringContaining('what is wrong') },
    });
  });

  it('asks for services in words where there are more than a list of Slack’s holds', () => {
    const many = Array.from({ length: 140 }, (_, i) => `service-${i}`);
    const form = judged(declareForm({ services: ['service-3'] }, many, {}));
    expect(declaredIn(sent(form, { title: 'x' }), many)).toMatchObject({ services: ['service-3'] });
    expect(declaredIn(sent(form, { title: 'x', services: 'Service-7, service-9' }), many)).toMatchObject({
      services: ['service-7', 'service-9'],
    });
    expect(declaredIn(sent(form, { title: 'x', services: 'servce-7' }), many)).toMatchObject({
      ok: false,
      errors: { 'services|0||0': expect.stringContaining('Did you mean service-7?') },
    });
    judged(declareForm({ services: [] }, [], {}));
  });

  it('stands within Slack’s limits whatever it is declared from', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        judged(declareForm({ title: text, from: text, services: [text] }, KNOWN, { channel: 'C1' }));
      }),
    );
  });
});

describe('the form that updates an incident', () => {
  const form = (incident = INCIDENT, extra = {}) => judged(updateForm(incident, KNOWN, extra));
  const read = (
    typed: Typed,
    { incident = INCIDENT, now, extra = {} }: { incident?: Incident; now?: Incident; extra?: object } = {},
  ) => {
    const view = form(incident, extra);
    const state = updateState(view.private_metadata ?? '');
    if (state === undefined) throw new Error('the form carries nothing');
    return updatedIn(sent(view, typed), state, { incident: now ?? incident, known: KNOWN });
  };

  it('changes nothing where nothing was touched', () => {
    expect(read({})).toEqual({ ok: true, changes: [{}] });
    const summary = { ...INCIDENT, title: ` a  b\n c`, summary: HOSTILE, services: ['gone', 'checkout'] };
    expect(read({}, { incident: summary })).toEqual({ ok: true, changes: [{}] });
  });

  it('changes what was typed and chosen, with the words that are said with it', () => {
    const typed = {
      title: 'Cards fail',
      severity: 'sev1',
      services: ['ledger'],
      summary: 'Only Visa',
      note: 'It is DNS',
    };
    expect(read(typed)).toEqual({
      ok: true,
      note: 'It is DNS',
      changes: [{ title: 'Cards fail', severity: 'sev1', services: ['ledger'], summary: 'Only Visa' }],
    });
  });

  it('resolves where it was opened to resolve, unless another status is chosen', () => {
    const extra = { status: 'resolved' };
    expect(read({}, { extra })).toMatchObject({ changes: [{ status: 'resolved' }] });
    expect(read({ status: 'monitoring' }, { extra })).toMatchObject({ changes: [{}] });
  });

  it('gives roles and takes them back', () => {
    expect(read({ commander: 'U0CY00001', scribe: 'U0DEE0001', cleared: [] })).toMatchObject({
      changes: [
        { role: { role: 'commander', holder: { kind: 'person', user: 'U0CY00001' } } },
        { role: { role: 'scribe', holder: { kind: 'person', user: 'U0DEE0001' } } },
      ],
    });
    expect(read({ cleared: ['commander'] })).toEqual({
      ok: true,
      changes: [{ role: { role: 'commander' } }],
    });
  });

  it('sets one time, clears another, and keeps the milliseconds of the others', () => {
    expect(read({ mitigated: `${NOW / 1000}`, cleared: ['detected'] })).toMatchObject({
      changes: [{ times: { started: NOW - 600_123, mitigated: NOW } }],
    });
  });

  it('leaves alone what somebody else changed while it was open', () => {
    const now = { ...INCIDENT, severity: 'sev1' as const, times: { ...INCIDENT.times, resolved: NOW } };
    expect(read({ started: `${NOW / 1000 - 60}` }, { now })).toEqual({
      ok: true,
      changes: [{ times: { ...now.times, started: NOW - 60_000 } }],
    });
  });

  it('keeps services that are no longer configured', () => {
    const incident = { ...INCIDENT, services: ['gone', 'checkout'] };
    expect(read({ services: ['ledger'] }, { incident })).toMatchObject({
      changes: [{ services: ['ledger', 'gone'] }],
    });
  });
});

describe('the form of a post-mortem', () => {
  const open = (fields: PostmortemFields, step: number) => {
    const view = judged(
      postmortemForm({ incident: INCIDENT, postmortem: { ...POSTMORTEM, fields }, step, channel: 'C1' }),
    );
    const state = postmortemState(view.private_metadata ?? '');
    if (state === undefined) throw new Error('the form carries nothing');
    return { view, state };
  };
  const read = (fields: PostmortemFields, step: number, typed: Typed, now = fields) => {
    const { view, state } = open(fields, step);
    return typedFields(sent(view, typed), state, now);
  };
  const texts = STEPS.flatMap(({ fields }, step) =>
    fields.flatMap((field) => (field.kind === 'text' ? [{ step, id: field.id }] : [])),
  );

  it('saves nothing where nothing was touched, whatever stands there', () => {
    fc.assert(
      fc.property(anyText, fc.nat({ max: STEPS.length - 1 }), (text, step) => {
        const fields = Object.fromEntries(texts.map(({ id }) => [id, text]));
        expect(
          read({ ...fields, title: text, triggerReference: text, times: INCIDENT.times }, step, {}),
        ).toEqual({});
      }),
      { numRuns: 200 },
    );
  });

  it('asks again for exactly what was saved, and saves exactly what was typed', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(...texts), (text, { id, step }) => {
        const whole = formText(text);
        const shown = partsIn(open({ [id]: text }, step).view, id);
        expect(shown.length > 0 || JSON.stringify(whole).length > 30_000).toBe(true);
        if (whole === '' || whole.length > 3000) return;
        expect(shown.join('')).toBe(whole);
        const saved = read({ [id]: 'before' }, step, { [id]: whole });
        if (whole !== 'before') expect(read(saved, step, {})).toEqual({});
      }),
      { numRuns: 300 },
    );
  });

  it('shows a text that two people made longer than an input holds in as many inputs as it needs, and cuts nothing', () => {
    const two = `${'First. '.repeat(400)}\n\n${'Second. '.repeat(400)}${'y'.repeat(3500)}`;
    const { view } = open({ summary: two }, 0);
    expect(partsIn(view, 'summary').length).toBe(4);
    const [first = '', ...others] = partsIn(view, 'summary');
    const saved = read({ summary: two }, 0, { summary: [`Edited. ${first.slice(9)}`, ...others] });
    expect(saved).toEqual({ summary: `Edited. ${two.slice(9)}` });
  });

  it('shows a text that no form can hold, and leaves it as it is', () => {
    const huge = 'z'.repeat(60_000);
    const { view } = open({ impact: huge }, 0);
    expect(partsIn(view, 'impact')).toEqual([]);
    expect(JSON.stringify(view)).toContain('more than a form can hold');
    expect(read({ impact: huge }, 0, { summary: 'Short' })).toEqual({ summary: 'Short' });
  });

  it('empties what was emptied', () => {
    expect(read({ summary: 'Something' }, 0, { summary: '' })).toEqual({ summary: '' });
  });

  it('reads lists a line each, without empty ones and bullets', () => {
    expect(read({}, 3, { wentWell: '- the alert\n\n* the rollback\n• luck' })).toEqual({
      wentWell: 'the alert\nthe rollback\nluck',
    });
  });

  it('reads choices and times', () => {
    expect(read({}, 2, { triggerKind: 'deploy', triggerReference: 'd_12', causeCategory: 'code' })).toEqual({
      triggerKind: 'deploy',
      triggerReference: 'd_12',
      causeCategory: 'code',
    });
    const times = { started: NOW - 600_123, resolved: NOW };
    expect(
      read({ times }, 1, {
        detected: `${NOW / 1000 - 60}`,
        cleared: ['resolved'],
        detectionSource: 'customer',
      }),
    ).toEqual({
      times: { started: NOW - 600_123, detected: NOW - 60_000 },
      detectionSource: 'customer',
    });
  });

  it('refuses a post-mortem without a title, under its field', () => {
    const { view } = open({ title: 'x' }, 0);
    expect(faultsIn(sent(view, { title: '' }))).toEqual({ 'title|0||7': 'A post-mortem needs a title.' });
    expect(faultsIn(sent(open({}, 3).view))).toEqual({});
  });

  it('tells what others changed in the step while it was open', () => {
    const { state } = open({ title: 'x', summary: 'before', times: INCIDENT.times }, 0);
    expect(changedMeanwhile(state, { title: 'x', summary: 'after' })).toEqual(['Summary']);
    const times = open({ times: INCIDENT.times }, 1).state;
    expect(changedMeanwhile(times, { times: { ...INCIDENT.times, resolved: NOW } })).toEqual([
      'time “resolved”',
    ]);
    expect(changedMeanwhile(times, { times: INCIDENT.times })).toEqual([]);
  });

  it('lists action items within Slack’s limits, however many there are', () => {
    const actions = Array.from({ length: 150 }, (_, i) => ({
      id: `INC-12-${i}`,
      title: i === 0 ? LONG : HOSTILE,
      kind: 'prevent' as const,
      state: 'open' as const,
      url: 'javascript:alert(1)',
      createdAt: NOW,
    }));
    const view = judged(
      postmortemForm({ incident: INCIDENT, postmortem: { ...POSTMORTEM, actions }, step: 4 }),
    );
    expect(JSON.stringify(view)).toContain('90 more');
    expect(JSON.stringify(view)).not.toContain('<javascript');
  });
});

describe('the form of an action item', () => {
  const ITEM = {
    id: 'INC-12-1',
    title: 'Alert on the pool',
    kind: 'detect' as const,
    state: 'open' as const,
    owner: 'U0ANA0001',
    due: '2026-12-01',
    url: 'https://tickets.example.com/1',
    createdAt: NOW,
  };

  it('gives back what stands there, and what was typed', () => {
    const { createdAt: _, ...draft } = ITEM;
    const view = judged(actionForm(ITEM, { incident: 'INC-12', action: ITEM.id }));
    expect(actionIn(sent(view), ITEM)).toEqual({ ok: true, action: draft });
    expect(actionIn(sent(view, { state: 'done', due: '2026-12-24' }), ITEM)).toMatchObject({
      action: { state: 'done', due: '2026-12-24' },
    });
    const fresh = judged(actionForm(undefined, { incident: 'INC-12' }));
    expect(actionIn(sent(fresh, { title: 'Do it' }), undefined)).toEqual({
      ok: true,
      action: { title: 'Do it', kind: 'prevent', state: 'open' },
    });
  });

  it('says what is wrong under the fields', () => {
    const view = judged(actionForm(undefined, { incident: 'INC-12' }));
    expect(actionIn(sent(view, { url: 'javascript:alert(1)' }), undefined)).toEqual({
      ok: false,
      errors: { 'title|0||0': expect.any(String), 'url|0||0': expect.stringContaining('https://') },
    });
  });
});

describe('the form of a timeline’s entry', () => {
  const entry = { key: 'note:C1:1.2', kind: 'note' as const, at: NOW + 123, text: 'It was DNS' };
  const read = (typed: Typed, of = entry) => {
    const view = judged(entryForm(of, { incident: 'INC-12' }));
    return entryChangeIn(sent(view, typed), entryState(view.private_metadata ?? '') ?? { incident: '' });
  };

  it('changes words, time, or leaves it out, and nothing else', () => {
    expect(read({})).toEqual({ ok: true, change: {} });
    expect(read({ text: 'It was BGP' })).toEqual({ ok: true, change: { text: 'It was BGP' } });
    expect(read({ at: `${NOW / 1000 - 60}` })).toEqual({ ok: true, change: { at: NOW - 60_000 } });
    expect(read({ drop: ['drop'] })).toEqual({ ok: true, change: { dropped: true } });
    expect(read({ text: '' })).toMatchObject({ ok: false });
  });

  it('stands within Slack’s limits, whatever the words are', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(read({}, { ...entry, text: text === '' ? 'x' : `x${text}` })).toEqual({
          ok: true,
          change: {},
        });
        judged(
          timelineView(
            INCIDENT,
            Array.from({ length: 120 }, (_, i) => ({ ...entry, key: `${text}${i}`, text })),
            {},
          ),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('the form that asks which timeline is meant', () => {
  it('offers open incidents, newest first, with the words to be added', () => {
    const open = Array.from({ length: 130 }, (_, i) => ({ ...INCIDENT, id: `INC-${i + 1}`, title: HOSTILE }));
    const view = judged(noteForm(open, LONG + LONG, { channel: 'C1', ts: '1.2' }));
    expect(noteIn(sent(view))).toEqual({ incident: 'INC-130', text: (LONG + LONG).trim() });
    expect(noteIn(sent(view, { incident: 'INC-99' }))).toMatchObject({ incident: 'INC-99' });
  });
});
