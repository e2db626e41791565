import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { SnapshotDetail, snapshotOf } from '../contract/snapshots.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { shown } from './names.ts';
import { Text, wholeNumber } from './query.ts';

const SnapshotId = Text.describe('The id in the corner of a picture, such as `s_0a1b2c3d4e`.');

const WHICH = { error: 'Expected the place of a panel, from 0.' };

/** What is asked of pictures: their values, and themselves. */
export function snapshotOperations({ store, clock }: Pick<Ports, 'store' | 'clock'>): readonly Operation[] {
  return [
    operation({
      name: 'get_snapshot',
      method: 'GET',
      path: '/api/v1/snapshots/{snapshot}',
      summary: 'A picture as data: what was asked, and the values that were drawn.',
      scope: 'read',
      input: z.strictObject({
        snapshot: SnapshotId,
        panel: z.int(WHICH).min(0, WHICH).max(99, WHICH).optional().describe('Only this panel, from 0.'),
        line: Text.optional().describe('Only lines of this name.'),
        maxPoints: wholeNumber(1, 10_000, 40).describe('How many points of each line are given.'),
      }),
      answer: SnapshotDetail,
      tool: {
        description:
          'Reads a picture that was posted or drawn as data, by the snapshot id in its corner: queries, window, marks, and each line with its points, thinned out to `maxPoints`. Use it to see what people see; ask for one `panel` with more `maxPoints` to get every value that was drawn.',
        // Every value of one line with its interval, at the most points that are drawn.
        bound: 64_000,
        more: 'Ask for one panel with `panel`, one line with `line`, or fewer points with `maxPoints`.',
      },
      async ask({ snapshot: id, panel, line, maxPoints }) {
        const snapshot = await store.snapshots.get(id);
        if (snapshot === undefined) return noSnapshot(id);
        const selection = { maxPoints, ...present({ panel, line }) };
        return success({ at: timeOf(clock.now()), snapshot: snapshotOf(snapshot, selection) });
      },
    }),
    operation({
      name: 'get_snapshot_picture',
      method: 'GET',
      path: '/api/v1/snapshots/{snapshot}/picture.png',
      summary: 'The picture itself.',
      scope: 'read',
      input: z.strictObject({ snapshot: SnapshotId }),
      answer: z.object({}),
      media: 'image/png',
      async ask({ snapshot: id }) {
        const picture = await store.snapshots.picture(id);
        if (picture !== undefined) return { ok: true, type: 'image/png', bytes: picture.png };
        if ((await store.snapshots.get(id)) === undefined) return noSnapshot(id);
        return failure('not-found', `The picture of ${shown(id)} is not kept any more; its values are.`, {
          where: 'the path',
        });
      },
    }),
  ];
}

function noSnapshot(id: string) {
  return failure('not-found', `There is no snapshot ${shown(id)}.`, { where: 'the path' });
}
