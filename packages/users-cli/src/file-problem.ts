/** A file cannot be used. The message is one line that says why and what to do. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** Explains an error of the file system. */
export function fileProblem(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code && reasons[code];
  return reason
    ? new FileProblem(`${file} ${reason}`, { cause: error })
    : isFileError(code)
      ? new FileProblem(message)
      : error;
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist: check the path, which is relative to the current folder',
  EISDIR: 'is a folder: give a file',
  EACCES: 'cannot be opened: check its permissions (ls -l)',
  EPERM: 'cannot be opened: check its permissions (ls -l)',
  ENOTDIR: 'does not exist: a part of the path is a file',
  EROFS: 'is on a read-only disk: choose another place',
};

const isFileError = (code: string | undefined) => code !== undefined && /^E[A-Z]+$/.test(code);
