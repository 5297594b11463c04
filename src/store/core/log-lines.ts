import { logLineSchema, type LogLine } from '../../contract/index.ts';

const newline = 0x0a;

/**
 * The complete lines in a piece of `log.jsonl`, and how many bytes they take. A line that no logger wrote (cut off by a killed
 * process) becomes a warning with its text.
 */
export function parseLog(bytes: Uint8Array): { lines: LogLine[]; length: number } {
  const length = bytes.lastIndexOf(newline) + 1;
  const lines: LogLine[] = [];
  for (const text of new TextDecoder().decode(bytes.subarray(0, length)).split('\n')) {
    if (text !== '') lines.push(parseLine(text, lines.at(-1)?.time ?? 0));
  }
  return { lines, length };
}

function parseLine(text: string, previousTime: number): LogLine {
  try {
    const line = logLineSchema.safeParse(JSON.parse(text));
    if (line.success) return line.data;
  } catch {
    // Not JSON: shown as it stands below.
  }
  return { level: 40, time: previousTime, msg: `unreadable log line: ${text}` };
}
