/** Letters of a commit or digest that are shown, as `git log --abbrev=12` does. */
const SHORT = 12;

/** The tag that was deployed; for a branch, or without a ref, the commit's first letters. */
export function versionOf(ref: string | null | undefined, sha: string): string {
  return isVersion(ref) ? ref.replace('refs/tags/', '') : sha.slice(0, SHORT);
}

/** Whether a ref is a tag or names a version, such as `v1.4.2`, `2026.11` or `refs/tags/checkout-7`; a branch does not. */
export function isVersion(ref: string | null | undefined): ref is string {
  return ref !== undefined && ref !== null && /^(refs\/tags\/.|v?\d+(\.\d+)+)/.test(ref);
}

/** A commit or digest as its first letters; anything else as it is. */
export function shortened(text: string): string {
  const hex = /^(?:sha\d+:)?([0-9a-f]{20,})$/i.exec(text)?.[1];
  return hex === undefined ? text : hex.slice(0, SHORT);
}
