import { describe, expect, it } from 'vitest';
import { gitlab } from '#ingest/gitlab.ts';
import { corpus } from './corpora.ts';
import { COMMIT, gitlabDeployment } from './examples.ts';

const AT = Date.UTC(2026, 10, 24, 12);

const parse = (json: unknown, headers = {}) => gitlab.parse({ headers, json, at: AT });

function one(json: unknown) {
  const parsed = parse(json);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const [first] = parsed.events;
  if (first === undefined) throw new Error(parsed.ignored);
  return first;
}

describe('what GitLab says of a deployment', () => {
  it.each([
    ['running', 'started'],
    ['success', 'succeeded'],
    ['failed', 'failed'],
  ])('%s is a deploy that has %s', (status, expected) => {
    expect(one(gitlabDeployment(status)).event).toEqual({
      type: 'deployReport',
      source: 'gitlab',
      id: '15',
      hints: { repository: 'shop/checkout', application: 'checkout', environment: 'production' },
      version: 'v1.4.2',
      environment: 'production',
      environmentTier: 'production',
      status: expected,
      at: Date.UTC(2026, 10, 24, 11, 59),
      url: 'https://gitlab.example/shop/checkout/-/jobs/796',
      actor: 'noor',
      changes: [{ title: 'Ask once', url: `https://gitlab.example/shop/checkout/-/commit/${COMMIT}` }],
    });
  });

  it.each(['created', 'blocked', 'skipped', 'canceled'])('%s changes nothing, and says so', (status) => {
    expect(parse(gitlabDeployment(status))).toMatchObject({
      ok: true,
      events: [],
      ignored: expect.stringContaining(status),
    });
  });

  it.each([
    [{ ref: 'main' }, COMMIT.slice(0, 8)],
    [{ ref: 'release/7' }, COMMIT.slice(0, 8)],
    [{ ref: '2026.11.3' }, '2026.11.3'],
    [{ ref: 'main', short_sha: undefined }, COMMIT.slice(0, 8)],
    [{ ref: undefined, short_sha: undefined, commit_url: undefined }, '#796'],
  ])('with %j is of version %s', (more, version) => {
    expect(one(gitlabDeployment('success', more)).event).toMatchObject({ version });
  });

  it('that names no version at all is refused by the field that is missing', () => {
    const bare = { ref: 'main', short_sha: undefined, commit_url: undefined, deployable_url: undefined };
    expect(parse(gitlabDeployment('success', bare))).toMatchObject({
      ok: false,
      problems: [{ where: 'short_sha', what: expect.stringMatching(/what was deployed/) }],
    });
  });

  it.each([
    ['2026-11-24 11:59:00 UTC', 59],
    ['2026-11-24 12:58:00 +0100', 58],
    ['2026-11-24T11:57:00Z', 57],
  ])('reads its time %s', (time, minute) => {
    const body = gitlabDeployment('success', { status_changed_at: time });
    expect(one(body).event).toMatchObject({ at: Date.UTC(2026, 10, 24, 11, minute) });
  });

  it.each([
    [{ status_changed_at: 'yesterday' }, 'status_changed_at', /2026-11-24T10:00:00Z/],
    [{ status_changed_at: '1960-01-01 00:00:00 UTC' }, 'status_changed_at', /before 1970/],
    [{ status: 'deployed' }, 'status', /running/],
    [{ project: {} }, 'project.path_with_namespace', /string/],
  ])('with %j is refused at %s', (more, where, words) => {
    const parsed = parse(gitlabDeployment('success', more));
    expect(parsed).toMatchObject({ ok: false, problems: [{ where, what: expect.stringMatching(words) }] });
  });

  it('is one deployment in all its states, each once', () => {
    const keyOf = (status: string, more = {}) => one(gitlabDeployment(status, more)).dedupeKey;
    expect(keyOf('success')).toBe(keyOf('success', { status_changed_at: undefined }));
    expect(keyOf('running')).not.toBe(keyOf('success'));
    expect(keyOf('success', { deployment_id: 16 })).not.toBe(keyOf('success'));
  });

  it('keeps an id of its job where it has none of its own', () => {
    const old = (job: number) =>
      one(
        gitlabDeployment('success', {
          deployment_id: undefined,
          deployable_url: `https://g.example/-/jobs/${job}`,
        }),
      );
    expect(old(1).dedupeKey).toBe(old(1).dedupeKey);
    expect(old(1).dedupeKey).not.toBe(old(2).dedupeKey);
    expect(old(1).event).not.toHaveProperty('id');
  });

  it.each([
    [{ object_kind: 'push' }, {}, /push/],
    [{ object_kind: 'tag_push' }, {}, /tag_push/],
    [{ object_kind: 'pipeline' }, {}, /pipeline/],
    [{ event_name: 'project_create' }, {}, /project_create/],
    [{}, { 'x-gitlab-event': 'System Hook' }, /System Hook/],
  ])('that is something else (%j) is taken and left alone', (body, headers, words) => {
    expect(parse(body, headers)).toMatchObject({
      ok: true,
      events: [],
      ignored: expect.stringMatching(words),
    });
  });

  it('that is nothing of GitLab’s is refused', () => {
    expect(parse({ hello: 1 })).toMatchObject({ ok: false, problems: [{ where: 'object_kind' }] });
  });
});

const captured = corpus('deploy-events/gitlab');

describe.skipIf(!captured.here)(`GitLab bodies of others${captured.note}`, () => {
  it.each(captured.files(/\.json$/))('%s is one deploy if it is a deployment, else none', (_, text) => {
    const body = JSON.parse(text) as { object_kind: string; project: { path_with_namespace: string } };
    const parsed = parse(body);
    expect(parsed).toMatchObject({ ok: true });
    if (body.object_kind !== 'deployment') return expect(parsed).toMatchObject({ events: [] });
    expect(parsed).toMatchObject({
      events: [{ event: { hints: { repository: body.project.path_with_namespace } } }],
    });
  });
});
