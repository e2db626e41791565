import type { Ports } from '#app/ports.ts';
import type { GatedRoute, Route } from '#runtime/server.ts';
import type { Admission } from '../admission.ts';
import type { Operation } from '../operation.ts';
import { actionWrites } from './action-writes.ts';
import { alertOperations } from './alerts.ts';
import { auditOperations } from './audit.ts';
import { budgetOperations } from './budgets.ts';
import { compareOperations } from './compare.ts';
import { coverageOperations } from './coverage.ts';
import { deployOperations } from './deploys.ts';
import { digestOperations } from './digest.ts';
import { errorPatternOperations } from './error-patterns.ts';
import { flagOperations } from './flags.ts';
import { gated } from './gate.ts';
import { incidentWrites } from './incident-writes.ts';
import { incidentOperations } from './incidents.ts';
import { openApiRoute } from './openapi.ts';
import { postmortemWrites } from './postmortem-writes.ts';
import { postmortemOperations } from './postmortems.ts';
import { promqlOperations } from './promql.ts';
import { readinessOperations } from './readiness.ts';
import { schemaRoutes } from './schemas.ts';
import { serviceOperations } from './services.ts';
import { snapshotOperations } from './snapshots.ts';
import { statusOperations } from './status.ts';
import { taskOperations } from './tasks.ts';
import { timelineWrites } from './timeline-writes.ts';

/** Everything that machines may ask for or do. */
export function operations(ports: Ports): readonly Operation[] {
  return [
    ...serviceOperations(ports),
    ...coverageOperations(ports),
    ...statusOperations(ports),
    ...readinessOperations(ports),
    ...compareOperations(ports),
    ...promqlOperations(ports),
    ...budgetOperations(ports),
    ...digestOperations(ports),
    ...deployOperations(ports),
    ...alertOperations(ports),
    ...errorPatternOperations(ports),
    ...flagOperations(ports),
    ...snapshotOperations(ports),
    ...incidentOperations(ports),
    ...postmortemOperations(ports),
    ...incidentWrites(ports),
    ...timelineWrites(ports),
    ...postmortemWrites(ports),
    ...actionWrites(ports),
    ...auditOperations(ports),
    ...taskOperations(ports),
  ];
}

/** The REST API: every request needs a token with the scope of what it asks for; what its answers are made of everybody may read. */
export function apiRoutes(ports: Ports, admission: Admission): readonly (Route | GatedRoute)[] {
  const all = operations(ports);
  const asked = all.map((operation) => gated(operation, admission, ports));
  return [...asked, openApiRoute(all), ...schemaRoutes()];
}
