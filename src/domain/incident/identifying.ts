import type { Labels } from '../series.ts';

/** Labels that say which replica or which rule it was, and what every alert has. */
const PASSING =
  /^(__.*|alertname|alertgroup|severity|priority|receiver|monitor|prometheus.*|replica|replicaset|pod.*|.*_pod|instance.*|node.*|host.*|ip|.*_ip|container_id|image_id|.*uuid|.*uid|id|.*_id|.*hash)$/i;

/** Addresses, ids, hashes, moments, and names with a generated tail. */
const GENERATED = [
  /^\[?[\da-f]*:[\da-f:]+\]?(:\d+)?$/i,
  /^\d{1,3}(\.\d{1,3}){3}(:\d+|\/\d+)?$/,
  /^ip-\d+-\d+-\d+-\d+/,
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  /^(sha256:)?(?=.*\d)[\da-f]{12,}$/i,
  /^\d{5,}$/,
  /^\d{4}-\d\d-\d\dT/,
  /-[\da-f]{8,10}(-[a-z\d]{5})?$/,
  /:\d{2,5}$/,
];

/** The labels of an alert that say what it is about: those that would be the same the next time. */
export function identifying(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([name, value]) =>
        value !== '' && !PASSING.test(name) && !GENERATED.some((pattern) => pattern.test(value)),
    ),
  );
}
