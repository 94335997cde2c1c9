/** Ends a text that was cut, or stands for what is left out. */
export const CUT_MARK = '…[truncated]';
