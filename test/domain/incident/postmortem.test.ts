import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '#domain/event.ts';
import { mergeFields } from '#domain/incident/merge.ts';
import { type PostmortemFields, TEXTS } from '#domain/incident/postmortem.ts';
import { at, CATALOG, kinds, MINUTE } from '../given.ts';
import { changed, declared, incidentStory, NO_RECORD, RAE, TOM } from './given.ts';

const recorded = (fields: PostmortemFields, more: object = {}): Event => ({
  ...{ type: 'postmortemRecorded', incident: 'INC-1', fields, record: { ...NO_RECORD, ...more } },
});
const edited = (base: number, fields: PostmortemFields, by = RAE): Event => ({
  ...{ type: 'postmortemEdited', incident: 'INC-1', base, fields, by },
});

function drafted(zone = 'UTC') {
  const story = incidentStory({ ...CATALOG, zone });
  story.when(at('12:00'), declared());
  story.when(at('12:40'), changed({ status: 'resolved' }));
  story.when(at('12:41'), recorded({ title: 'Payments fail', impact: '4 of 100 requests failed' }));
  return story;
}

describe('a post-mortem', () => {
  it('is drafted from the record, and what nobody has touched is renewed when more is known', () => {
    const { when, postmortem } = drafted();
    expect(postmortem()).toMatchObject({ revision: 1, state: 'draft', authors: [] });
    when(at('12:45'), edited(1, { title: 'Payments failed for 3 %' }));
    when(
      at('12:50'),
      recorded({ title: 'Payments fail', impact: '6 of 120 requests failed' }, { alerts: ['a1'] }),
    );
    expect(postmortem()).toMatchObject({
      fields: { title: 'Payments failed for 3 %', impact: '6 of 120 requests failed' },
      record: { alerts: ['a1'] },
      authors: [RAE],
      revision: 3,
    });
    expect(
      when(
        at('12:51'),
        recorded({ title: 'Payments fail', impact: '6 of 120 requests failed' }, { alerts: ['a1'] }),
      ).postmortem,
    ).toBeUndefined();
  });

  it('that two people send from the same form keeps what both wrote', () => {
    const { when, postmortem } = drafted();
    when(at('12:45'), edited(1, { rootCause: 'The pool was too small.', wentWell: 'alert fired\nrollback' }));
    when(
      at('12:46'),
      edited(1, { rootCause: 'Nobody watched the pool.', wentWell: 'quick rollback', background: 'x' }, TOM),
    );
    expect(postmortem().fields).toMatchObject({
      rootCause: 'The pool was too small.\n\nNobody watched the pool.',
      wentWell: 'alert fired\nrollback\nquick rollback',
      background: 'x',
    });
    expect(postmortem().authors).toEqual([RAE, TOM]);
  });

  it('that somebody sends again with a word set right has that word once, not both', () => {
    const { when, postmortem } = drafted();
    when(at('12:45'), edited(1, { summary: 'The pool was ful.' }));
    // The form still shows the revision that it was drawn from.
    when(at('12:46'), edited(1, { summary: 'The pool was full.' }));
    expect(postmortem().fields.summary).toBe('The pool was full.');
    when(at('12:47'), edited(3, { summary: 'Nobody watched it.' }, TOM));
    when(at('12:48'), edited(1, { summary: 'The pool was full!' }));
    expect(postmortem().fields.summary).toBe('Nobody watched it.\n\nThe pool was full!');
  });

  it('does not bring back a line of a list that somebody else took out', () => {
    const { when, postmortem } = drafted();
    when(at('12:45'), edited(1, { wentWell: 'a\nb' }));
    when(at('12:46'), edited(2, { wentWell: 'b' }, TOM));
    when(at('12:47'), edited(2, { wentWell: 'a\nb\nc' }));
    expect(postmortem().fields.wentWell).toBe('b\nc');
  });

  it('can be emptied by whoever saw what they empty, and by nobody else', () => {
    const { when, postmortem } = drafted();
    when(at('12:45'), edited(1, { summary: 'first' }));
    when(at('12:46'), edited(2, { summary: '' }));
    expect(postmortem().fields.summary).toBe('');
  });

  it('keeps both when the form was drawn from a revision that is gone', () => {
    const { when, postmortem } = drafted();
    when(at('12:45'), edited(99, { impact: 'It was bad.' }));
    expect(postmortem().fields.impact).toBe('4 of 100 requests failed\n\nIt was bad.');
  });

  it('loses no line of anybody, whatever two people write at once', () => {
    const text = fc.oneof(
      fc.constantFrom('', 'a', 'b', 'a\nb', 'c d', 'b\nc d', 'e\nf\ng'),
      fc.array(fc.string(), { maxLength: 4 }).map((lines) => lines.join('\n')),
    );
    const fields = fc.record(Object.fromEntries(TEXTS.map((name) => [name, text])), { requiredKeys: [] });
    fc.assert(
      fc.property(fields, fields, fields, (base, one, other) => {
        const both = mergeFields(base, mergeFields(base, base, one), other);
        // What was there before may be taken out; what is new may not get lost.
        for (const name of TEXTS)
          for (const sent of [one, other])
            for (const line of (sent[name] ?? '').split('\n'))
              if (!(base[name] ?? '').includes(line.trimEnd())) expect(both[name]).toContain(line.trimEnd());
      }),
      { numRuns: 1000 },
    );
  });

  it('is approved by somebody who did not write it alone, after a review was asked for', () => {
    const { when, postmortem } = drafted();
    const review = (state: 'inReview' | 'approved' | 'draft', by = RAE) =>
      when(at('13:00'), { type: 'postmortemReviewed', incident: 'INC-1', state, by });
    when(at('12:45'), edited(1, { summary: 'It broke.' }));
    expect(review('approved', TOM).postmortem).toBeUndefined();
    review('inReview');
    expect(review('approved', RAE).postmortem).toBeUndefined();
    review('approved', TOM);
    expect(postmortem()).toMatchObject({ state: 'approved', approvedBy: TOM, approvedAt: at('13:00') });
    // What is approved is no longer renewed by itself, and has to be looked at again when somebody writes.
    expect(when(at('13:01'), recorded({ title: 'other' })).postmortem).toBeUndefined();
    when(at('13:02'), edited(postmortem().revision, { summary: 'It broke badly.' }));
    expect(postmortem().state).toBe('inReview');
    expect(postmortem().approvedBy).toBeUndefined();
  });
});

describe('an action item', () => {
  const written = (more: object = {}): Event => ({
    ...{ type: 'actionWritten', incident: 'INC-1', by: RAE },
    action: {
      title: 'Alert on the pool',
      kind: 'detect',
      state: 'open',
      owner: 'U2',
      due: '2026-11-30',
      ...more,
    },
  });

  it('has a number of its own for good, and its owner is reminded at nine in the morning of its day', () => {
    const { when, postmortem } = drafted('Europe/Berlin');
    const decision = when(at('13:00'), written());
    when(at('13:01'), written({ title: 'Raise the limit' }));
    expect(postmortem().actions.map(({ id }) => id)).toEqual(['INC-1-1', 'INC-1-2']);
    const reminder = decision.jobs.find(({ task }) => task.kind === 'remindAction');
    expect(reminder?.due).toBe(Date.UTC(2026, 10, 30, 8));
  });

  it('that is done, dropped or put off is no longer reminded of as before', () => {
    const { when, postmortem } = drafted();
    when(at('13:00'), written());
    const moved = (change: object) =>
      when(at('13:05'), { type: 'actionMoved', incident: 'INC-1', action: 'INC-1-1', by: TOM, ...change });
    const later = moved({ due: '2026-12-07' });
    expect(later.cancel).toEqual(['action:INC-1-1:']);
    expect(kinds(later)).toContain('remindAction');
    const done = moved({ state: 'done' });
    expect(kinds(done)).not.toContain('remindAction');
    expect(postmortem().actions).toMatchObject([{ state: 'done', closedBy: TOM, closedAt: at('13:05') }]);
    expect(moved({ state: 'done' }).postmortem).toBeUndefined();
    moved({ state: 'open' });
    expect(postmortem().actions[0]).not.toHaveProperty('closedAt');
  });

  it('without a day, or of a day that no calendar has, is kept and never reminded of', () => {
    const { when } = drafted();
    expect(kinds(when(at('13:00'), written({ due: undefined })))).not.toContain('remindAction');
    expect(kinds(when(at('13:00') + MINUTE, written({ due: '2026-02-30' })))).not.toContain('remindAction');
  });
});
