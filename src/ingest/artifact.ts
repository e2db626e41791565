import { shortened } from './version.ts';

/** A deployed artefact: its own name without registry and folders, and its version as people say it, where it has one. */
export type Artifact = { readonly name: string; readonly version?: string };

/**
 * Reads a package URL (`pkg:oci/checkout@sha256%3A0b31…?tag=v1.4.2`), an image (`ghcr.io/shop/checkout:v1.4.2@sha256:0b31…`), or a bare
 * version. A tag goes before a digest, and of a digest the first letters are the version; `latest` says nothing.
 */
export function readArtifact(reference: string): Artifact {
  const artifact = reference.startsWith('pkg:') ? fromPackageUrl(reference) : fromImage(reference);
  const { name, tag, digest } = artifact;
  const version = tag === undefined || tag === '' || tag === 'latest' ? digest : tag;
  return { name, ...(version === undefined || version === '' ? {} : { version: shortened(version) }) };
}

type Parts = {
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
};

function fromPackageUrl(url: string): Parts {
  const [address = '', query = ''] = (url.split('#')[0] ?? '').split('?');
  const at = address.lastIndexOf('@');
  // A namespace may begin with "@" (npm); a version comes after the last slash.
  const versioned = at > address.lastIndexOf('/');
  const name = decoded((versioned ? address.slice(0, at) : address).split('/').at(-1) ?? '');
  const version = versioned ? decoded(address.slice(at + 1)) : undefined;
  const tag = new URLSearchParams(query).get('tag');
  return tag === null ? { name, tag: version } : { name, tag, digest: version };
}

function fromImage(reference: string): Parts {
  const [path = '', digest] = reference.split('@');
  const last = path.split('/').at(-1) ?? '';
  const [name = '', tag] = last.split(':');
  // Without registry, tag and digest it is a version of something, not a name.
  if (digest === undefined && (tag === undefined ? path === last : /^sha\d+$/.test(name)))
    return { name: '', tag: reference };
  return { name, tag, digest };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
