import type { HtmlEscapedString } from 'hono/utils/html';

/** What `html` of Hono makes: everything put into it was escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;
