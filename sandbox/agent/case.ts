import { fieldsOf, type Json, listOf, momentOf, numberOf, type Stretch, stretchOf, textOf } from './json.ts';
import type { Change, Shift } from './ranking.ts';

/** Something that can be looked at again: a query as it was sent, with what it came to. */
export type Reading = Shift & {
  readonly query?: string;
  readonly range?: Stretch;
  readonly snapshot?: string;
};

/** What is known of a task before anything is looked at. Times are epoch ms. */
export type Case = {
  readonly task: string;
  readonly title: string;
  readonly service?: string;
  readonly since: number;
  readonly changes: readonly Change[];
  readonly readings: readonly Reading[];
};

/** Reads a task with its hand-off, as the tools give it. Rejects what is no task. */
export function caseOf(told: Json): Case {
  const task = textOf(told.id);
  const since = momentOf(told.since);
  if (task === undefined || since === undefined)
    throw new Error(`this is no task: ${JSON.stringify(told).slice(0, 300)}`);
  const handOff = fieldsOf(told.handOff);
  const service = textOf(told.service);
  const began = onsetOf(told.began);
  return {
    ...{ task, since, title: textOf(told.title) ?? task },
    ...(service === undefined ? {} : { service }),
    changes: listOf(handOff.changes).flatMap(changeOf),
    readings: listOf(handOff.evidence).flatMap((one) => readingOf(one, service, began)),
  };
}

/** When something began, as answers write it: `{ at, plusMinus }`, the latter in seconds. */
export function onsetOf(value: unknown): Shift['onset'] {
  const { at, plusMinus } = fieldsOf(value);
  const moment = momentOf(at);
  return moment === undefined ? undefined : { at: moment, plusMinus: (numberOf(plusMinus) ?? 0) * 1000 };
}

function changeOf(told: Json): readonly Change[] {
  const { kind } = told;
  const [id, at, service] = [textOf(told.id), momentOf(told.at), textOf(told.service)];
  if ((kind !== 'deploy' && kind !== 'flag') || id === undefined || at === undefined) return [];
  const what = textOf(told.what) ?? `${kind} ${id}`;
  return [{ kind, id, at, what, ...(service === undefined ? {} : { service }) }];
}

/** A piece of the hand-off's evidence; one without figures to compare says nothing here. */
function readingOf(told: Json, service: string | undefined, began: Shift['onset']): readonly Reading[] {
  const [before, after] = [numberOf(fieldsOf(told.baseline).value), numberOf(told.value)];
  if (service === undefined || before === undefined || after === undefined) return [];
  const range = stretchOf(told.range);
  const texts = { query: textOf(told.query), unit: textOf(told.unit), snapshot: textOf(told.snapshot) };
  return [
    {
      ...{ service, signal: signalOf(textOf(told.title) ?? 'a signal'), before, after },
      ...(began === undefined ? {} : { onset: began }),
      ...(range === undefined ? {} : { range }),
      ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    },
  ];
}

/** `errors` of `checkout: Errors, % of requests`. */
function signalOf(title: string): string {
  const [name = title] = title.replace(/^[^:,]+: /, '').split(',');
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
