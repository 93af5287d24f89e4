/** Starts the page: signs in and draws. */
import './ui/theme.css';
import './ui/fonts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { startSession } from './exchange/session.ts';
import { ensure } from './lib/assert.ts';
import { startPrivacy } from './workspace/privacy.ts';

startPrivacy();
startSession();
createRoot(ensure(document.getElementById('root'), 'the page has a place for the app')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
