import { createInterface } from 'node:readline';

/**
 * Asks a question on the terminal. Only `y` and `yes` are a yes; Ctrl-C and the end of the input are a no.
 * @param input and `output`: by default this process's standard input and standard error
 */
export async function confirm(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const terminal = createInterface({ input, output });
  const answer = await new Promise<string>((resolve) => {
    terminal.once('close', () => resolve('')); // without it, the process would end in the middle, without a word
    terminal.question(question, resolve);
  });
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
