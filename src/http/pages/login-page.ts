import { html } from 'hono/html';
import type { Markup } from './markup.ts';

/** The form that takes an operator's token. */
export function loginPage({ next, refused }: { readonly next: string; readonly refused: boolean }): Markup {
	return html`<form method="post" action="/login" class="card">
${refused ? html`<p class="notice bad" role="alert" id="refused"><span aria-hidden="true">!</span> No operator has this token.</p>` : ''}
<input type="hidden" name="next" value="${next}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus spellcheck="false"${refused ? html` aria-invalid="true" aria-describedby="refused hint"` : html` aria-describedby="hint"`}>
<p class="hint" id="hint">One of the operators' tokens of this Greenlane. You stay logged in for twelve hours.</p>
<button type="submit" class="strong">Log in</button>
</form>`;
}
