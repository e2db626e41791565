import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect } from 'vitest';
import { SnapshotDetail } from '#api/contract/snapshots.ts';
import type { Drawing } from '#domain/panel.ts';
import type { Stack } from '#sandbox/stack/stack.ts';
import { lineByLine, shownBy, shownIn } from '../api/drawn.ts';
import { connect } from '../api/mcp/client.ts';
import { patientFetch } from '../api/patient.ts';

/**
 * Reads every picture that stands in a message of the workspace back by its snapshot id, over REST and over MCP, and compares it with what the painter was given, and the picture with what Slack has.
 * Gives the ids.
 */
export async function readPicturesBack(
  { slack, addresses, tokens }: Stack,
  folder: string,
): Promise<readonly string[]> {
  const { workspace } = slack;
  const database = new Sqlite(join(folder, 'bellbuoy.db'), { readonly: true });
  const client = await connect(addresses.MCP, tokens.api);
  await client.listTools();
  const shown = new Set(
    [...JSON.stringify(workspace.messages).matchAll(/"slack_file":\{"id":"(F\w+)"/g)].map(([, id]) => id),
  );
  const files = [...workspace.files.values()].filter(({ id }) => shown.has(id));
  expect(files).toHaveLength(shown.size);
  const headers = { authorization: `Bearer ${tokens.api}` };
  for (const { name, bytes } of files) {
    const id = name.replace(/\.png$/, '');
    const row = database
      .prepare<[string], { value: string }>('select value from snapshots where id = ?')
      .get(id);
    const drawing: Drawing = JSON.parse(row?.value ?? '{}');
    const response = await patientFetch(new URL(`snapshots/${id}?maxPoints=10000`, addresses.REST), {
      headers,
    });
    const { snapshot } = SnapshotDetail.parse(await response.json());
    expect(shownIn(snapshot), `${id} over REST`).toEqual(shownBy(drawing));
    expect(shownIn(await lineByLine(client, id)), `${id} over MCP`).toEqual(shownBy(drawing));
    const picture = await patientFetch(new URL(`snapshots/${id}/picture.png`, addresses.REST), { headers });
    expect(picture.status, `${id} as a picture`).toBe(200);
    expect(Buffer.from(await picture.arrayBuffer()).equals(bytes ?? Buffer.of()), `${id} as a picture`).toBe(
      true,
    );
  }
  await client.close();
  database.close();
  return files.map(({ name }) => name);
}
