import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scopesFor } from '#sandbox/slack/scopes.ts';
import { Workspace } from '#sandbox/slack/workspace.ts';
import { manifestOf, SCOPES } from '#slack/manifest.ts';
import { corpus } from '../ingest/corpora.ts';

const schemas = corpus('slack/manifest-schema');
const methods = corpus('slack/slack-api-ref/docs.slack.dev/methods');

/** The Web API methods that the sources call: `client.chat.postMessage(` and its like. */
function methodsCalled(): readonly string[] {
  const folder = join(import.meta.dirname, '../../src/slack');
  const sources = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const calls = sources.flatMap((source) => [...source.matchAll(/\bclient\.((?:\w+\.)+\w+)\(/g)]);
  return [...new Set(calls.map(([, method = '']) => method))].toSorted();
}

/** Methods that need no scope, from Slack's reference. */
const FREE = new Set([
  'auth.test',
  'chat.getPermalink',
  'views.open',
  'views.publish',
  'views.push',
  'views.update',
]);

/** What of a manifest is looked at here. */
const Manifest = z.object({
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean() }),
    shortcuts: z.array(z.object({ name: z.string(), type: z.string(), callback_id: z.string() })),
    slash_commands: z.array(z.object({ should_escape: z.boolean() })),
  }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

describe('the manifest of the Slack app', () => {
  it('asks for the scope of every method that the sources call, and for no other', () => {
    const called = methodsCalled();
    expect(called.length).toBeGreaterThan(10);
    const covered = Object.values(SCOPES).flatMap(({ methods: needing }) => needing);
    expect([...new Set(covered)].toSorted()).toEqual(called.filter((method) => !FREE.has(method)));
    for (const [scope, { methods: needing, events = [] }] of Object.entries(SCOPES))
      expect(needing.length + events.length > 0 || scope === 'commands', scope).toBe(true);
  });

  it('asks for what the stand-in wants too', () => {
    const workspace = new Workspace(['open', 'closed'], [], [], { secret: ['closed'] });
    const wanted = methodsCalled().flatMap((method) => [
      ...workspace.channels.flatMap(({ id }) => scopesFor(method, { channel: id }, workspace)),
      ...scopesFor(method, { types: 'public_channel,private_channel' }, workspace),
    ]);
    const bare = Object.entries(SCOPES).filter(([, { methods: needing }]) => needing.length > 0);
    // It manages the public channels that it makes for incidents, and no private one.
    const own = wanted.filter((scope) => scope !== 'groups:write');
    expect([...new Set(own)].toSorted()).toEqual(bare.map(([scope]) => scope).toSorted());
  });

  it('has Slack send what the listeners listen to', () => {
    const { settings, features } = z.parse(Manifest, manifestOf('http', 'https://bellbuoy.example.com'));
    const folder = join(import.meta.dirname, '../../src/slack/listeners');
    const listened = readdirSync(folder).flatMap((name) => {
      const source = readFileSync(join(folder, name), 'utf8');
      return [...source.matchAll(/\bapp\.event\('(\w+)'/g)].map(([, event = '']) => event);
    });
    expect(settings.event_subscriptions.bot_events).toEqual([...new Set(listened)].toSorted());
    expect(features.shortcuts.map((one) => [one.type, one.callback_id])).toEqual([
      ['message', 'add-to-timeline'],
      ['global', 'declare-incident'],
    ]);
    for (const { name } of features.shortcuts) expect(name.length).toBeLessThanOrEqual(24);
    expect(features.app_home.home_tab_enabled).toBe(true);
    // People who are mentioned in a command are named by their ids only then.
    expect(features.slash_commands.every((command) => command.should_escape)).toBe(true);
  });

  it.skipIf(!methods.here)(
    `names scopes by which Slack’s reference opens those methods${methods.note}`,
    () => {
      const pages = new Map(
        methods.files(/\.json$/).map(([name, text]) => [name.replace('.json', ''), text]),
      );
      for (const [scope, { methods: needing }] of Object.entries(SCOPES))
        for (const method of needing) {
          const page = JSON.parse(pages.get(method) ?? '{}');
          expect(page.scope?.bot, `${method} needs ${scope}`).toContain(scope);
        }
    },
  );

  it.skipIf(!schemas.here)(`passes Slack’s own schema in both modes${schemas.note}`, () => {
    const files = new Map(schemas.files(/^schemas\/.*\.json$/));
    const schema: AnySchema = JSON.parse(files.get('schemas/manifest.schema.2.0.0.json') ?? '{}');
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    for (const mode of ['http', 'socket'] as const) {
      validate(manifestOf(mode, 'https://bellbuoy.example.com'));
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(validate({ display_information: { name: 'x', unknown: 1 } })).toBe(false);
  });
});
