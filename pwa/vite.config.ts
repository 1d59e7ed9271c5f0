import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { chunks } from './chunks.ts'
import { pack } from './pack.ts'
import { pwa } from './pwa-plugin.ts'

export default defineConfig({
  define: {
    __BUILD__: JSON.stringify(process.env.BUILD_ID ?? 'dev'),
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  plugins: [
    vue(),
    chunks({
      entry: 'src/main.ts',
      parts: {
        'zh-first': ['src/texts/zh/first.ts'],
        'en-first': ['src/texts/en/first.ts'],
        door: ['src/pages/phone/door/LogIn.vue', 'src/pages/phone/door/Activate.vue', 'src/pages/phone/door/Accounts.vue'],
        home: ['src/inside.ts', 'src/pages/phone/Frame.vue', 'src/pages/phone/today/Today.vue'],
      },
      ahead: ['door', 'zh-first'],
    }),
    pwa({ source: 'src/sw/worker.ts', include: /\.(js|css|html|png|svg|wasm|webmanifest)$/, apart: /\/src\/desk\.ts$/, maxBytes: 1_000_000 }),
    pack(),
  ],
  server: { proxy: { '/api': 'http://127.0.0.1:5000' } },
  build: {
    outDir: '../server/app',
    emptyOutDir: true,
    reportCompressedSize: false,
    target: ['chrome80', 'safari14'],
    // A picture or font inlined as data: would need a wider policy than img-src already allows for style files.
    assetsInlineLimit: 0,
  },
})
