/** A refusal as Slack words it: the error, what is wrong in detail, and further fields of the answer. */
export class Refusal extends Error {
  readonly detail: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(error: string, detail: readonly string[] = [], fields: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.detail = detail;
    this.fields = fields;
  }
}
