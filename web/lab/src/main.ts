import '../../src/app.css';
import { mount } from 'svelte';
import Lab from './Lab.svelte';
import { keepForOffline } from './lib/offline.svelte.ts';

mount(Lab, { target: document.getElementById('app')! });
keepForOffline();
