/** A file is not what it should be; the message is the line for the person who gave it, and says what to do. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** What the file system has against a file, in words. */
export function fileProblem(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const said = code && reasons[code];
  return said
    ? new FileProblem(`${file} ${said}`, { cause: error })
    : isFileError(code)
      ? new FileProblem(message)
      : error;
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist: check the path, which starts at the folder in which you are',
  EISDIR: 'is a folder: name a file in it',
  EACCES: 'may not be opened by you: check its permissions (ls -l)',
  EPERM: 'may not be opened by you: check its permissions (ls -l)',
  ENOTDIR: 'does not exist: a part of the path is a file',
  EROFS: 'is on a disk that is read-only: name another place',
};

const isFileError = (code: string | undefined) => code !== undefined && /^E[A-Z]+$/.test(code);
