/** What every client is told at the start, for the model that it serves. */
export const INSTRUCTIONS = `Bellbuoy knows the state of production: services, error budgets, deploys and their verdicts, feature flags, alerts, incidents, post-mortems, and tasks for agents.`;
