export { Table as TableRoute } from '../see/table.js';
