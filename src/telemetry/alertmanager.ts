import { request } from 'undici';
import { z } from 'zod';
import type { ActiveAlerts, Silences } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Labels } from '#domain/series.ts';
import type { Duration } from '#domain/time.ts';
import { secretsIn, told } from './redact.ts';

const Created = z.object({ silenceID: z.string() });
const Silence = z.object({
  id: z.string(),
  status: z.object({ state: z.string() }),
  endsAt: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  matchers: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      isRegex: z.boolean(),
      isEqual: z.boolean().default(true),
    }),
  ),
});

type Settings = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Duration;
};

/** Asks Alertmanager's v2 API; what went wrong is in the value. */
function caller({ url, headers, timeout }: Settings) {
  const secrets = secretsIn(headers);
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  return async <T>(
    method: 'GET' | 'POST',
    path: string,
    shape: z.ZodType<T>,
    body?: object,
  ): Promise<Outcome<T>> => {
    try {
      const response = await request(new URL(path, base), {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeout),
      });
      const text = await response.body.text();
      if (response.statusCode >= 400) {
        const code = response.statusCode >= 500 ? 'alertmanager-unreachable' : 'alertmanager-refused';
        return failure(code, `Alertmanager answered ${response.statusCode}: ${told(text, secrets)}.`);
      }
      return success(shape.parse(JSON.parse(text)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return failure(
        'alertmanager-unreachable',
        `Alertmanager could not be asked: ${told(error.message.split('\n')[0] ?? error.name, secrets)}.`,
      );
    }
  };
}

const Active = z.array(z.object({ fingerprint: z.string(), labels: z.record(z.string(), z.string()) }));

/** The alerts that Alertmanager has, whether or not they are silenced or inhibited. */
export function createActiveAlerts(settings: Settings): ActiveAlerts {
  const call = caller(settings);
  return { list: () => call('GET', 'api/v2/alerts', Active) };
}

/** Silences through Alertmanager's v2 API. */
export function createSilences(settings: Settings): Silences {
  const call = caller(settings);
  return {
    async silence({ matchers, from, until, author, comment }) {
      const wanted = exactMatchers(matchers);
      const present = await call('GET', 'api/v2/silences', z.array(Silence));
      if (!present.ok) return present;
      // A retry after a lost answer finds the silence that its first attempt made.
      const same = present.value.find(
        (silence) =>
          silence.status.state !== 'expired' &&
          silence.endsAt >= until - 1000 &&
          isSame(silence.matchers, wanted),
      );
      if (same !== undefined) return success({ id: same.id });
      const made = await call('POST', 'api/v2/silences', Created, {
        matchers: wanted,
        startsAt: new Date(from).toISOString(),
        endsAt: new Date(until).toISOString(),
        createdBy: author,
        comment,
      });
      return made.ok ? success({ id: made.value.silenceID }) : made;
    },
  };
}

type Matcher = { name: string; value: string; isRegex: boolean; isEqual: boolean };

function exactMatchers(labels: Labels): readonly Matcher[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
}

function isSame(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const key = (matchers: readonly Matcher[]) =>
    JSON.stringify(
      matchers.map(({ name, value, isRegex, isEqual }) => [name, value, isRegex, isEqual]).toSorted(),
    );
  return key(a) === key(b);
}

const Status = z.object({ versionInfo: z.object({ version: z.string() }) });

/** Whether an Alertmanager answers, and its version. */
export async function probeAlertmanager({
  url,
  headers,
  timeout,
}: Settings): Promise<{ what: string; ok: boolean; found: string; remedy?: string }> {
  const what = 'Alertmanager';
  const remedy = 'Check alertmanager.url; it is the address without /api/v2.';
  try {
    const response = await request(new URL('api/v2/status', url.endsWith('/') ? url : `${url}/`), {
      headers,
      signal: AbortSignal.timeout(timeout),
    });
    const text = await response.body.text();
    if (response.statusCode !== 200)
      return { what, ok: false, found: `answered ${response.statusCode}`, remedy };
    return { what, ok: true, found: `version ${Status.parse(JSON.parse(text)).versionInfo.version}` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { what, ok: false, found: error.message.split('\n')[0] ?? error.name, remedy };
  }
}
