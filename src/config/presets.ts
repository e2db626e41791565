import type { Preset } from '#domain/service.ts';

/** The conventions under which services publish their requests, by the name that `preset:` takes. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  // OpenTelemetry HTTP server semantic conventions; with and without the unit in the name (some exporters leave it out).
  'otel-http': {
    name: 'otel-http',
    requests: ['http_server_request_duration_seconds_count', 'http_server_request_duration_count'],
    errors: [{ label: 'http_response_status_code', op: '=~', value: '5..' }],
    buckets: ['http_server_request_duration_seconds_bucket', 'http_server_request_duration_bucket'],
    bucketUnit: 'seconds',
    native: false,
    always: [],
    version: { kind: 'targetInfo', label: 'service_version', on: ['job', 'instance'] },
  },
  'otel-spanmetrics': {
    name: 'otel-spanmetrics',
    requests: ['traces_span_metrics_calls_total', 'calls_total'],
    errors: [{ label: 'status_code', op: '=', value: 'STATUS_CODE_ERROR' }],
    buckets: ['traces_span_metrics_duration_milliseconds_bucket', 'duration_milliseconds_bucket'],
    bucketUnit: 'milliseconds',
    native: false,
    always: [{ label: 'span_kind', op: '=', value: 'SPAN_KIND_SERVER' }],
    version: { kind: 'label', label: 'service_version' },
  },
  'prometheus-http': {
    name: 'prometheus-http',
    requests: ['http_requests_total', 'http_request_duration_seconds_count'],
    errors: [{ label: 'code', op: '=~', value: '5..' }],
    buckets: ['http_request_duration_seconds_bucket'],
    bucketUnit: 'seconds',
    native: false,
    always: [],
    version: { kind: 'label', label: 'version' },
  },
  grpc: {
    name: 'grpc',
    requests: ['grpc_server_handled_total'],
    // The codes that mean that the server failed; NotFound and the like are the caller's.
    errors: [
      {
        label: 'grpc_code',
        op: '=~',
        value: 'Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded|Unimplemented',
      },
    ],
    buckets: ['grpc_server_handling_seconds_bucket'],
    bucketUnit: 'seconds',
    native: false,
    always: [],
    version: { kind: 'label', label: 'version' },
  },
  istio: {
    name: 'istio',
    requests: ['istio_requests_total'],
    errors: [{ label: 'response_code', op: '=~', value: '5..' }],
    buckets: ['istio_request_duration_milliseconds_bucket'],
    bucketUnit: 'milliseconds',
    native: false,
    always: [{ label: 'reporter', op: '=', value: 'destination' }],
    version: { kind: 'label', label: 'destination_version' },
  },
  'nginx-ingress': {
    name: 'nginx-ingress',
    requests: ['nginx_ingress_controller_requests'],
    errors: [{ label: 'status', op: '=~', value: '5..' }],
    buckets: ['nginx_ingress_controller_request_duration_seconds_bucket'],
    bucketUnit: 'seconds',
    native: false,
    always: [],
    version: { kind: 'label', label: 'canary' },
  },
};

/** Conventions whose histograms may be native ones instead of buckets, by `histograms: native`. */
export const MAY_BE_NATIVE: ReadonlySet<string> = new Set(['otel-http', 'prometheus-http']);

/** The preset of a name, for classic or native histograms. */
export function presetOf(name: string, histograms: 'classic' | 'native'): Preset | undefined {
  const preset = PRESETS[name];
  if (preset === undefined || histograms === 'classic') return preset;
  return { ...preset, name: `${name} with native histograms`, native: true };
}
