import { useEffect, useState } from 'react';
import { Button } from './button.js';

interface CopyButtonProps {
  readonly text: string;
  /** What it copies, for its name: `Copy the email`. */
  readonly label: string;
}

const confirmedMs = 1_500;

/** Copies a text to the clipboard. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), confirmedMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <>
      <Button
        variant="plain"
        className="copy"
        icon={isCopied ? 'check' : 'copy'}
        aria-label={label}
        title={label}
        onClick={() => navigator.clipboard.writeText(text).then(() => setIsCopied(true))}
      />
      <span role="status" className="visually-hidden">
        {isCopied ? 'Copied' : ''}
      </span>
    </>
  );
}
