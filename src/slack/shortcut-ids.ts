/** Callback ids of the shortcuts in Slack's menus. */
export const SHORTCUT = { add: 'add-to-timeline', declare: 'declare-incident' } as const;

/** The reaction that puts a message into a timeline. */
export const MARKING = 'memo';
