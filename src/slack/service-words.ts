import { nearest } from '#app/nearest.ts';
import { lower } from '#app/words/length.ts';
import { failure } from '#domain/problem.ts';
import type { Words } from './words.ts';

/** A flag by its name, and a service that has it. */
export type KnownFlag = { readonly flag: string; readonly service: string };

/** The names that can be meant. */
export type Known = {
  readonly services: readonly string[];
  readonly flags: readonly KnownFlag[];
  readonly owners?: readonly string[];
};

/** A word without what stands around it in a sentence: `checkout?`, `checkout,`, `checkout’s`. */
export function bare(word: string): string {
  return word.replace(/[?!.,;:]+$/, '').replace(/['’]s$/i, '');
}

/** The service that a word names exactly, in any case of letters. */
export function serviceNamed(word: string | undefined, services: readonly string[]): string | undefined {
  const name = (word ?? '').toLowerCase();
  return (
    services.find((one) => one.toLowerCase() === name) ??
    services.find((one) => one.toLowerCase() === bare(name))
  );
}

/** The flag that a word names, in any case of letters. */
export function flagNamed(word: string | undefined, flags: readonly KnownFlag[]): string | undefined {
  const [typed, name] = [word ?? '', lower(word)];
  const found =
    flags.find(({ flag }) => flag === typed || flag === bare(typed)) ??
    flags.find(({ flag }) => lower(flag) === name || lower(flag) === lower(bare(name)));
  return found?.flag;
}

/** Goes on with the service named, or says which may have been meant. */
export function withService(
  name: string | undefined,
  services: readonly string[],
  command: string,
  found: (service: string) => Words,
): Words {
  const [example = 'checkout'] = services;
  if (name === undefined) return unclear('Which service?', [`${command} ${example}`]);
  const exact = serviceNamed(name, services);
  if (exact !== undefined) return found(exact);
  const near = nearest(bare(name), services);
  const problem = failure('service-unknown', `I don’t know a service “${name}”.`).problem;
  return { ok: false, problem, suggestions: [`${command} ${near ?? example}`] };
}

export function unclear(what: string, suggestions: readonly string[]): Words {
  return { ok: false, problem: failure('words-unclear', what).problem, suggestions };
}
