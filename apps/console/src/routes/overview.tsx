export { Overview as OverviewRoute } from '../see/overview.js';
