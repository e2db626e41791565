import { POSTMORTEM_VERSION, type Postmortem } from './postmortem.ts';

/** A post-mortem as it was kept, of whatever version. */
export type Versioned = { readonly version: number };

/** Makes a post-mortem of one version into one of the next. */
export type Step = (kept: Readonly<Record<string, unknown>>) => object;

/**
 * By the version that each begins from. To change the shape: raise POSTMORTEM_VERSION, change `Postmortem`, and add here under the number of the version before how
 * its post-mortems become the new one; keep every older step. A step knows the old shape by what it reads only, sets what is new to what is true of old ones (absent
 * where nobody knows), drops nothing that people wrote, and sets no `version`. Rows are not rewritten: each is brought up to date whenever it is read. What the
 * world sees has a version of its own (`schema` in src/api/contract/postmortem.ts), which changes only where a published field changes its meaning or goes.
 */
export const STEPS: ReadonlyMap<number, Step> = new Map();

/** A post-mortem in the shape of today, from any version that was ever kept. Throws for a newer one, which only a newer program can read. */
export function upgradePostmortem(
  kept: Versioned,
  steps = STEPS,
  newest: number = POSTMORTEM_VERSION,
): Postmortem {
  const { version } = kept;
  if (!Number.isInteger(version) || version < 1)
    throw new Error(`A post-mortem has the version ${String(version)}, which there never was.`);
  if (version > newest)
    throw new Error(
      `A post-mortem has the version ${version}; this program knows versions up to ${newest}. Run the newer one that wrote it.`,
    );
  let value: Versioned = kept;
  for (let at = version; at < newest; at += 1) {
    const step = steps.get(at);
    if (step === undefined)
      throw new Error(`Nothing leads from version ${at} of a post-mortem to ${at + 1}.`);
    value = { ...step({ ...value }), version: at + 1 };
  }
  // What was written under the newest version has its shape: the store keeps only what the types let through.
  return value as Postmortem;
}
