/**
 * The moments at which an end of the process would hurt most: something is done and not yet recorded, or recorded and not yet done.
 * Each is passed by name where it is in the code; tests end the process there with SIGKILL and see that nothing is lost or repeated.
 */
export const FAILPOINTS = {
  'accepted-not-answered':
    'A webhook’s events are committed; the sender does not know, and sends them again.',
  'pressed-not-acknowledged': 'What a person did is committed; Slack does not know, and shows a failure.',
  'decided-not-committed': 'An event is decided; neither the new state nor the jobs are committed.',
  'decided-and-committed': 'An event is decided and committed; nobody has been woken for its jobs.',
  'job-taken': 'A job is leased and has not begun.',
  'job-done-not-recorded': 'A job has done all it does; it is still on record as running.',
  'job-recorded': 'A job is on record as done.',
  'picture-drawn-not-kept': 'A picture is drawn and not yet kept.',
  'looked-not-told': 'A watch has read its signals; what it read is not committed.',
  'silenced-not-told': 'Alertmanager has the silence; the thread does not say so.',
  'answer-begun': 'An answer’s first message is wanted; the answer is not worked out.',
  'digest-kept': 'What a digest tells is kept; its message is not wanted yet.',
  'message-marked': 'A message is marked as being sent; nothing was sent.',
  'message-posted-not-recorded': 'Slack has the message; the database does not know where.',
  'message-recorded': 'A message is sent and recorded.',
  'message-updated-not-recorded': 'Slack shows the new state of a message; the database thinks the old one.',
  'upload-begun': 'Slack has given an address for a picture; no byte was sent.',
  'upload-sent': 'Slack has the bytes of a picture; they are not a file yet.',
  'upload-completed-not-recorded': 'The picture is a file at Slack; the database does not know which.',
  'upload-recorded': 'The picture’s file is recorded; nobody knows whether it is ready.',
} as const satisfies Readonly<Record<string, string>>;

export type FailpointName = keyof typeof FAILPOINTS;

/** Passes a failpoint. Does nothing, except where a test has asked for the end there. */
export type Failpoint = (name: FailpointName) => void;
