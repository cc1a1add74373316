/** The path under which the console is served, without its last slash. */
export const basePath = import.meta.env.BASE_URL.replace(/\/$/, '');

/** Returns the URL of one of the console's own resources: `description`. */
export const consoleUrl = (name: string): string => `${basePath}/api/${name}`;
