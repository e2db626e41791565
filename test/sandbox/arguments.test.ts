import { describe, expect, it } from 'vitest';
import { checkArguments, METHOD_FACTS, TIERS } from '#sandbox/slack/methods.ts';
import { Refusal } from '#sandbox/slack/refusal.ts';
import { methodPages, pageOf, schemaFaults } from './argument-schemas.ts';

describe.skipIf(!methodPages.here)(
  `the stand-in’s methods, beside Slack’s reference${methodPages.note}`,
  () => {
    it.each(Object.entries(METHOD_FACTS))(
      '%s has its tier, its required arguments and no others',
      (method, facts) => {
        const page = pageOf(method);
        expect(facts.tier).toBe(page?.rate_limits);
        const required = (page?.args.required ?? []).filter((name) => name !== 'token');
        expect([...facts.required].toSorted()).toEqual([...required].toSorted());
        for (const name of Object.keys(facts.args))
          expect(Object.keys(page?.args.properties ?? {})).toContain(name);
      },
    );

    it('find a wrong call by the schema too', () => {
      expect(schemaFaults({ method: 'chat.postMessage', args: { channel: 'C1', text: 'x' } })).toEqual([]);
      expect(schemaFaults({ method: 'chat.postMessage', args: { text: 'x', colour: 'red' } })).toHaveLength(
        2,
      );
      expect(
        schemaFaults({ method: 'views.open', args: { trigger_id: 'T1', view: '{"type":"modal"}' } }),
      ).toEqual([]);
      expect(schemaFaults({ method: 'views.open', args: { trigger_id: 'T1', view: '"modal"' } })).not.toEqual(
        [],
      );
      expect(schemaFaults({ method: 'chat.shout', args: {} })).toHaveLength(1);
    });
  },
);

describe('arguments of a call', () => {
  const refused = (method: string, args: Record<string, unknown>): readonly string[] => {
    try {
      checkArguments(method, args);
      return [];
    } catch (error) {
      if (error instanceof Refusal) return [error.message, ...error.detail];
      throw error;
    }
  };

  it('are refused when one is missing, unknown or of another kind, each by its name', () => {
    expect(refused('chat.update', { channel: 'C1', ts: 'yesterday', colour: 'red' })).toEqual([
      'invalid_arguments',
      'ts: expected a timestamp such as 1405894322.002768',
      'unknown argument: colour',
    ]);
    expect(refused('chat.postMessage', {})).toEqual(['invalid_arguments', 'missing required field: channel']);
    expect(refused('chat.postMessage', { channel: 'C1', blocks: 'no JSON' })[1]).toMatch(
      /blocks: expected JSON/,
    );
    expect(refused('conversations.history', { channel: 'C1', limit: 'many' })[1]).toMatch(
      /limit: expected a whole/,
    );
    expect(refused('chat.shout', {})).toEqual(['unknown_method']);
  });

  it('have tiers that are Slack’s', () => {
    expect(TIERS).toEqual({ t1: 1, t2: 20, t3: 50, t4: 100 });
  });
});
