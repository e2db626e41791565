import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#domain/time.ts';
import { hubSignature } from '#ingest/authenticate.ts';
import { github } from '#ingest/github.ts';
import { corpus } from './corpora.ts';

const AT = Date.UTC(2026, 10, 24, 12);

function status(state: string, more: object = {}) {
  return {
    deployment_status: {
      state,
      environment: 'production',
      created_at: '2026-11-24T11:59:00Z',
      target_url: 'https://ci.example/1',
    },
    deployment: {
      id: 7,
      sha: '9f2d41c07b3e5a6188d0c4e2f7a1b3c5d7e9f012',
      ref: 'v1.4.2',
      environment: 'production',
      created_at: '2026-11-24T11:57:00Z',
      creator: { login: 'noor' },
      payload: {},
    },
    repository: { full_name: 'shop/checkout' },
    sender: { login: 'ci' },
    ...more,
  };
}

const parse = (json: unknown, kind = 'deployment_status') =>
  github.parse({ headers: { 'x-github-event': kind }, json, at: AT });

describe('what GitHub says of a deployment', () => {
  it.each([
    ['in_progress', 'started'],
    ['success', 'succeeded'],
    ['failure', 'failed'],
    ['error', 'failed'],
  ])('%s is a deploy that has %s', (state, expected) => {
    const parsed = parse(status(state));
    expect(parsed).toMatchObject({
      ok: true,
      events: [
        {
          event: {
            status: expected,
            version: 'v1.4.2',
            environment: 'production',
            actor: 'noor',
            hints: { repository: 'shop/checkout' },
          },
        },
      ],
    });
  });

  it.each(['pending', 'queued', 'waiting', 'inactive'])(
    '%s changes nothing in production, and says so',
    (state) => {
      expect(parse(status(state))).toMatchObject({
        ok: true,
        events: [],
        ignored: expect.stringContaining(state),
      });
    },
  );

  it('names a branch by its commit', () => {
    const parsed = parse(status('success', { deployment: { ...status('success').deployment, ref: 'main' } }));
    expect(parsed).toMatchObject({ events: [{ event: { version: '9f2d41c07b3e' } }] });
  });

  it('is one deployment in all its states, each once', () => {
    const keyOf = (state: string) => {
      const parsed = parse(status(state));
      return parsed.ok ? parsed.events[0]?.dedupeKey : '';
    };
    expect(keyOf('success')).toBe(keyOf('success'));
    expect(keyOf('in_progress')).not.toBe(keyOf('success'));
  });

  it('that waited five hours for approval began an hour ago at most, and when it is under way, then', () => {
    const deployment = { ...status('success').deployment, created_at: '2026-11-24T07:00:00Z' };
    const eventOf = (state: string) => {
      const parsed = parse(status(state, { deployment }));
      return parsed.ok ? parsed.events[0]?.event : undefined;
    };
    const said = AT - MINUTE;
    expect(eventOf('success')).toMatchObject({ at: said, startedAt: said - HOUR, isStartGuessed: true });
    expect(eventOf('in_progress')).toMatchObject({ at: said });
    expect(eventOf('in_progress')).not.toHaveProperty('startedAt');
  });

  it('that is something else is taken and left alone', () => {
    expect(parse({ zen: 'Keep it logically awesome.' }, 'ping')).toMatchObject({ ok: true, events: [] });
  });
});

const captured = corpus('deploy-events/github');
const files = captured.files(/^[a-z].*\.json$/);

describe.skipIf(!captured.here)(`GitHub's own examples${captured.note}`, () => {
  it.each(files)('%s is read, or left alone for a reason', (name, text) => {
    const [kind = ''] = name.split('__');
    const parsed = parse(JSON.parse(text), kind);
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    if (parsed.ok && kind !== 'deployment_status') expect(parsed.events).toEqual([]);
    if (parsed.ok && name.startsWith('deployment_status__success')) expect(parsed.events).toHaveLength(1);
  });

  it('the documented signature holds, and no other', () => {
    const [[, text] = ['', '{}']] = captured.files(/hmac-test-vector\.json$/);
    const vector = JSON.parse(text) as Record<string, string>;
    const found = (words: RegExp) => Object.entries(vector).find(([name]) => words.test(name))?.[1] ?? '';
    const [secret, payload, signature] = [
      found(/secret/i),
      found(/payload|body/i),
      found(/signature|header/i),
    ];
    const given = signature.startsWith('sha256=') ? signature : `sha256=${signature}`;
    const check = (value: string) =>
      hubSignature({ headers: { 'x-hub-signature-256': value }, body: Buffer.from(payload), secret });
    expect(check(given)).toBeUndefined();
    expect(check(given.replace(/.$/, (last) => (last === '0' ? '1' : '0')))?.code).toBe('signature-wrong');
  });
});
