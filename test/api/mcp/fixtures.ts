import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import type { Offer, OfferedPrompt, OfferedResources, OfferedTool } from '#api/mcp/offer.ts';

/** What the official conformance suite expects of the server that it tries: its own tools, resources and prompts. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';
const text = (words: string) => ({ type: 'text' as const, text: words });
const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };
const resource = (uri: string, mimeType: string, words: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: words },
});
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

type Sent = Readonly<Record<string, unknown>>;

function tool(
  name: string,
  answer: (
    sent: Sent,
    context: ServerContext,
  ) => Promise<CallToolResult['content']> | CallToolResult['content'],
  inputSchema: OfferedTool['tool']['inputSchema'] = { type: 'object' },
): OfferedTool {
  return {
    scope: 'read',
    tool: { name, description: 'A fixture of the conformance suite.', inputSchema },
    call: async (sent, _, context) => ({ content: await answer(sent, context) }),
  };
}

const words = (...names: string[]) => ({
  ...{ type: 'object' as const, required: names },
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
});

/** Asks the user of the client to fill in a form. */
async function asked(context: ServerContext, message: string, properties: object, required: string[] = []) {
  const requestedSchema = { type: 'object', properties, required } as never;
  const { action, content } = await context.mcpReq.elicitInput({ mode: 'form', message, requestedSchema });
  return `action=${action}, content=${JSON.stringify(content ?? {})}`;
}

const titled = (word: string, ...names: string[]) =>
  names.map((name, index) => ({ const: `${word}${index + 1}`, title: name }));

const TOOLS: readonly OfferedTool[] = [
  tool('test_simple_text', () => [text('This is a simple text response for testing.')]),
  tool('test_image_content', () => [image]),
  tool('test_audio_content', () => [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }]),
  tool('test_embedded_resource', () => [
    resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ]),
  tool('test_multiple_content_types', () => [
    text('Multiple content types test:'),
    image,
    resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ]),
  tool('test_tool_with_logging', async (_, { mcpReq }) => {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', line);
      await pause();
    }
    return [text('Done.')];
  }),
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  }),
  tool('test_tool_with_progress', async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        });
      await pause();
    }
    return [text('Done.')];
  }),
  tool(
    'test_sampling',
    async ({ prompt }, { mcpReq }) => {
      const messages = [{ role: 'user' as const, content: text(String(prompt)) }];
      const { content } = await mcpReq.requestSampling({ messages, maxTokens: 100 });
      return [text(`LLM response: ${JSON.stringify(content)}`)];
    },
    words('prompt'),
  ),
  tool(
    'test_elicitation',
    async ({ message }, context) => {
      const form = words('username', 'email').properties;
      return [text(`User response: ${await asked(context, String(message), form, ['username', 'email'])}`)];
    },
    words('message'),
  ),
  tool('test_elicitation_sep1034_defaults', async (_, context) => [
    text(
      `Elicitation completed: ${await asked(context, 'Who?', {
        name: { type: 'string', default: 'John Doe' },
        age: { type: 'integer', default: 30 },
        score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      })}`,
    ),
  ]),
  tool('test_elicitation_sep1330_enums', async (_, context) => {
    const options = { type: 'string', enum: ['option1', 'option2', 'option3'] };
    const completed = await asked(context, 'Which?', {
      untitledSingle: options,
      titledSingle: {
        type: 'string',
        oneOf: titled('value', 'First Option', 'Second Option', 'Third Option'),
      },
      legacyEnum: {
        ...{ type: 'string', enum: ['opt1', 'opt2', 'opt3'] },
        enumNames: ['Option One', 'Option Two', 'Option Three'],
      },
      untitledMulti: { type: 'array', items: options },
      titledMulti: {
        type: 'array',
        items: { anyOf: titled('value', 'First Choice', 'Second Choice', 'Third Choice') },
      },
    });
    return [text(`Elicitation completed: ${completed}`)];
  }),
  tool('test_reconnection', async (_, { http }) => {
    http?.closeSSE?.();
    await pause();
    return [text('Reconnection test completed successfully')];
  }),
  tool('json_schema_2020_12_tool', () => [text('Done.')], {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...{ type: 'object', additionalProperties: false },
    $defs: {
      address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
    },
    properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  }),
];

function fixed(
  uri: string,
  mimeType: string,
  content: { text: string } | { blob: string },
): OfferedResources {
  return {
    scope: 'read',
    list: async () => ({ resources: [{ uri, name: uri, mimeType }] }),
    read: async (asked) => (asked === uri ? { contents: [{ uri, mimeType, ...content }] } : undefined),
    watch: (asked) => (asked === uri ? () => undefined : undefined),
  };
}

const RESOURCES: readonly OfferedResources[] = [
  fixed('test://static-text', 'text/plain', { text: 'This is the content of the static text resource.' }),
  fixed('test://static-binary', 'image/png', { blob: PNG }),
  fixed('test://watched-resource', 'text/plain', { text: 'Watched.' }),
  {
    scope: 'read',
    template: { name: 'data', uriTemplate: 'test://template/{id}/data', mimeType: 'application/json' },
    list: async () => ({ resources: [] }),
    async read(uri) {
      const [, id] = /^test:\/\/template\/([^/]+)\/data$/.exec(uri) ?? [];
      if (id === undefined) return undefined;
      const data = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
      return { contents: [{ uri, mimeType: 'application/json', text: data }] };
    },
  },
];

type Content = Awaited<ReturnType<OfferedPrompt['get']>>['messages'][number]['content'];

function prompt(
  name: string,
  names: readonly string[],
  messages: (sent: Readonly<Record<string, string>>) => readonly Content[],
): OfferedPrompt {
  return {
    scope: 'read',
    prompt: {
      ...{ name, description: 'A fixture of the conformance suite.' },
      arguments: names.map((argument) => ({ name: argument, required: true })),
    },
    get: async (sent) => ({ messages: messages(sent).map((content) => ({ role: 'user', content })) }),
    complete: async (_, begun) => ['paris', 'park', 'party'].filter((one) => one.startsWith(begun)),
  };
}

const PROMPTS: readonly OfferedPrompt[] = [
  prompt('test_simple_prompt', [], () => [text('This is a simple prompt for testing.')]),
  prompt('test_prompt_with_arguments', ['arg1', 'arg2'], ({ arg1, arg2 }) => [
    text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
  ]),
  prompt('test_prompt_with_embedded_resource', ['resourceUri'], ({ resourceUri = '' }) => [
    resource(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
    text('Please process the embedded resource above.'),
  ]),
  prompt('test_prompt_with_image', [], () => [image, text('Please analyze the image above.')]),
];

export const FIXTURES: Offer = { tools: TOOLS, resources: RESOURCES, prompts: PROMPTS };
