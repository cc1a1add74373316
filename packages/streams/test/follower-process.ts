// A follower as a process of its own, to be killed at any time: writes each change that it has handled into a file.
import { appendFileSync } from 'node:fs';
import { followStream, tableCheckpoints } from '../src/index.js';
import { NoteModel } from './models.js';

const [file = ''] = process.argv.slice(2);
const write = (...words: (string | number)[]) => appendFileSync(file, `${words.join(' ')}\n`);

write('start');
await followStream({
  models: { notes: new NoteModel() },
  checkpoints: tableCheckpoints({ name: 'killed' }),
  pollMs: 5,
  concurrency: 3,
  onChange: async ({ type, id, version, eventId }) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    write(type, id, version, eventId);
  },
});
