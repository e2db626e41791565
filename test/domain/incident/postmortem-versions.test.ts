import { expect, it } from 'vitest';
import { POSTMORTEM_VERSION } from '#domain/incident/postmortem.ts';
import { STEPS, type Step, upgradePostmortem } from '#domain/incident/postmortem-versions.ts';

/** Made ones: version 2 calls `words` the `summary`, version 3 has it among `fields`. */
const MADE: ReadonlyMap<number, Step> = new Map<number, Step>([
  [1, ({ words, ...rest }) => ({ ...rest, summary: words })],
  [2, ({ summary, ...rest }) => ({ ...rest, fields: { summary } })],
]);

const kept = { version: 1, incident: 'INC-1', words: 'Checkout failed.' };

it('a post-mortem of an old version goes through every step to the newest', () => {
  const newest = { version: 3, incident: 'INC-1', fields: { summary: 'Checkout failed.' } };
  expect(upgradePostmortem(kept, MADE, 3)).toEqual(newest);
  expect(
    upgradePostmortem({ version: 2, incident: 'INC-1', summary: 'Checkout failed.' } as never, MADE, 3),
  ).toEqual(newest);
  expect(kept).toEqual({ version: 1, incident: 'INC-1', words: 'Checkout failed.' });
});

it('one of the newest version stays as it is', () => {
  const now = { version: POSTMORTEM_VERSION, incident: 'INC-1' };
  expect(upgradePostmortem(now)).toBe(now);
});

it('one that a newer program wrote is refused, and says what to do', () => {
  expect(() => upgradePostmortem({ version: POSTMORTEM_VERSION + 1 })).toThrow(
    `has the version ${POSTMORTEM_VERSION + 1}; this program knows versions up to ${POSTMORTEM_VERSION}. Run the newer one`,
  );
});

it.each([0, -1, 1.5, Number.NaN, undefined as never, '1' as never])(
  'there never was a version %s',
  (version) => {
    expect(() => upgradePostmortem({ version })).toThrow('which there never was');
  },
);

it('a step that is missing is said, and nothing is made up in its place', () => {
  expect(() => upgradePostmortem({ version: 2 }, new Map(), 3)).toThrow('Nothing leads from version 2');
});

it('there is a step from every version before the newest', () => {
  expect([...STEPS.keys()].toSorted()).toEqual(
    Array.from({ length: POSTMORTEM_VERSION - 1 }, (_, index) => index + 1),
  );
});
