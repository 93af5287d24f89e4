import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` runs the proxy; the page's requests reach it as if the proxy had served the page itself. */
const proxyOrigin = process.env.PERPDECK_PROXY_ORIGIN ?? 'http://127.0.0.1:8787';
const throughProxy = {
  target: proxyOrigin,
  changeOrigin: true,
  ws: true,
  headers: { origin: proxyOrigin },
};

export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Inlined assets would be data: URLs, which the page's content policy refuses.
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PERPDECK_WEB_PORT ?? 5173),
    strictPort: true,
    proxy: { '/api': throughProxy, '/exchange': throughProxy, '/healthz': throughProxy },
  },
});
