import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Api, keepExample, openApi, TOKENS } from '../door.ts';
import { INCIDENT } from '../example.ts';
import { connect, everyOperation } from './client.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi(TOKENS, { offered: everyOperation() });
  await keepExample(api);
});
afterEach(async () => {
  await api.close();
  expect(api.errors).toEqual([]);
});

describe('an agent that reads resources', () => {
  it('finds incidents and post-mortems in a list, with what people called them marked', async () => {
    const client = await connect(api.url, 'token-of-ci');
    const { resources } = await client.listResources();
    expect(resources).toContainEqual(
      expect.objectContaining({
        ...{ uri: 'bellbuoy://incidents/INC-12', title: 'INC-12 ⟦Every third checkout fails⟧' },
        description: 'sev1, resolved: checkout, ledger',
      }),
    );
    expect(resources.map(({ uri }) => uri)).toContain('bellbuoy://postmortems/INC-12');
    await client.close();
  });

  it('gets a list page by page', async () => {
    for (let number = 100; number < 220; number += 1) {
      await api.store.incidents.save({ ...INCIDENT, id: `INC-${number}`, number });
    }
    const client = await connect(api.url, 'token-of-ci');
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const params = cursor === undefined ? {} : { cursor };
      const page = await client.request({ method: 'resources/list', params });
      expect(page.resources.length).toBeLessThanOrEqual(100);
      seen.push(...page.resources.map(({ uri }) => uri));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((uri) => uri.startsWith('bellbuoy://incidents/'))).toHaveLength(121);
    await client.close();
  });

  it('reads a post-mortem as a page, which is marked as a whole, and as typed values', async () => {
    const client = await connect(api.url, 'token-of-ci');
    const page = await client.readResource({ uri: 'bellbuoy://postmortems/INC-12' });
    expect(page.contents).toMatchObject([{ mimeType: 'text/markdown' }]);
    expect(page.contents[0]).toHaveProperty('text', expect.stringMatching(/^⟦[^⟧]*Every third[^⟧]*⟧$/));
    const values = await client.readResource({ uri: 'bellbuoy://postmortems/INC-12.json' });
    const [content] = values.contents;
    expect(JSON.parse(content !== undefined && 'text' in content ? content.text : '')).toMatchObject({
      schema: 'postmortem/1',
    });
    await client.close();
  });

  it('is told of what is not there, and of an address that is none', async () => {
    const client = await connect(api.url, 'token-of-ci');
    for (const uri of ['bellbuoy://incidents/INC-99', 'bellbuoy://incidents/%E0%A4%A', 'file:///etc/passwd'])
      await expect(client.readResource({ uri })).rejects.toThrow('There is no resource');
    await client.close();
  });

  it('has the ids completed that it begins to type', async () => {
    const client = await connect(api.url, 'token-of-ci');
    const completed = await client.complete({
      ref: { type: 'ref/resource', uri: 'bellbuoy://incidents/{incident}' },
      argument: { name: 'incident', value: 'inc-1' },
    });
    expect(completed.completion.values).toEqual(['INC-12']);
    await client.close();
  });

  it('finds none with a token that may not read', async () => {
    const client = await connect(api.url, 'token-of-investigator');
    expect((await client.listResources()).resources).toEqual([]);
    await expect(client.readResource({ uri: 'bellbuoy://incidents/INC-12' })).rejects.toThrow('no resource');
    await client.close();
  });
});

describe('a prompt', () => {
  it('names only tools that are offered, in the order of the work, and says when to stop', async () => {
    const client = await connect(api.url, 'token-of-ci');
    const names = (await client.listTools()).tools.map(({ name }) => name);
    const { messages } = await client.getPrompt({ name: 'investigate', arguments: { service: 'checkout' } });
    const [message] = messages;
    const text = message?.content.type === 'text' ? message.content.text : '';
    expect(text).toMatch(/^Investigate service checkout\./);
    expect(text).toContain('Stop when');
    const called = [...text.matchAll(/\b(?:get|list|claim|report|release|write|upsert)_\w+/g)].map(
      ([name]) => name,
    );
    expect(called.filter((name) => !names.includes(name))).toEqual([]);
    await client.close();
  });

  it('is refused without the incident that it is about, whose id is completed', async () => {
    const client = await connect(api.url, 'token-of-ci');
    await expect(client.getPrompt({ name: 'write_postmortem' })).rejects.toThrow('needs incident');
    const { messages } = await client.getPrompt({
      name: 'write_postmortem',
      arguments: { incident: 'INC-12' },
    });
    expect(JSON.stringify(messages)).toContain('Write the post-mortem of INC-12');
    const of = (name: string, argument: string, value: string) =>
      client.complete({ ref: { type: 'ref/prompt', name }, argument: { name: argument, value } });
    expect((await of('write_postmortem', 'incident', '12')).completion.values).toEqual(['INC-12']);
    expect((await of('investigate', 'service', 'led')).completion.values).toEqual(['ledger']);
    await client.close();
  });
});
