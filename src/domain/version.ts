/** What a git commit may be called by. */
const COMMIT = /^(?=.*[a-f])[0-9a-f]{7,64}$/;

/** Whether two names mean one version: `v1.4.2` and `1.4.2`, a commit and its first letters. */
export function isSameVersion(a: string, b: string): boolean {
  const [one, other] = [plain(a), plain(b)];
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return one === other || (COMMIT.test(short) && COMMIT.test(long) && long.startsWith(short));
}

/** Whether an artefact's name (`pkg:oci/checkout@sha256:…?tag=v1.4.2`) holds a version. */
export function isIn(artifact: string | undefined, version: string): boolean {
  return artifact?.split(/[^\w.+-]+/).some((word) => isSameVersion(word, version)) ?? false;
}

function plain(version: string): string {
  return version
    .trim()
    .toLowerCase()
    .replace(/^v(?=\d)/, '');
}
