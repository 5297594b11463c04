import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  Color,
  DirectionalLight,
  DoubleSide,
  Group,
  Line,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PerspectiveCamera,
  Scene,
  SphereGeometry,
  Spherical,
  Vector3,
  WebGLRenderer,
} from 'three';
import type { Object3D } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { FigureTheme } from '../../../src/figures/index.ts';
import type { SurfaceMesh } from './surface-mesh.ts';

type Place = readonly [x: number, y: number, z: number];

/** What stands on a surface: the way of a run, projected onto the plane, and its true losses above or below. */
export interface SurfaceTrajectory {
  readonly projected: readonly Place[];
  readonly actual: readonly Place[];
}

const home = new Spherical(3.4, Math.PI / 3.2, Math.PI / 5);
const centre = new Vector3(0, 0.4, 0);

/** A surface in space that is turned by mouse, touch and keys. It is drawn only when something changed. */
export class SurfaceScene {
  readonly #renderer: WebGLRenderer;
  readonly #camera = new PerspectiveCamera(40, 1, 0.1, 20);
  readonly #scene = new Scene();
  readonly #controls: OrbitControls;
  #content = new Group();

  /** Throws where the browser has no WebGL. */
  constructor(canvas: HTMLCanvasElement) {
    this.#renderer = new WebGLRenderer({ canvas, antialias: true });
    const light = new DirectionalLight('#ffffff', 2);
    light.position.set(2, 4, 1);
    this.#scene.add(new AmbientLight('#ffffff', 1.4), light, this.#content);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.target.copy(centre);
    this.#controls.enablePan = false;
    this.#controls.minDistance = 1.2;
    this.#controls.maxDistance = 8;
    this.#controls.addEventListener('change', () => this.draw());
    this.reset();
  }

  /** Replaces what is shown. */
  show(mesh: SurfaceMesh, trajectory: SurfaceTrajectory | null, theme: FigureTheme): void {
    this.#clear();
    this.#scene.background = new Color(theme.background);
    this.#content = new Group();
    this.#content.add(surface(mesh, theme));
    if (trajectory) this.#content.add(...way(trajectory, theme));
    this.#scene.add(this.#content);
    this.draw();
  }

  resize(width: number, height: number): void {
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
    this.draw();
  }

  draw(): void {
    this.#renderer.render(this.#scene, this.#camera);
  }

  /** Turns by angles, radians, and goes nearer by a factor below 1. */
  turn(across: number, up: number, factor = 1): void {
    const offset = new Spherical().setFromVector3(this.#camera.position.clone().sub(centre));
    offset.theta += across;
    offset.phi = Math.min(Math.PI - 0.05, Math.max(0.05, offset.phi + up));
    offset.radius = Math.min(this.#controls.maxDistance, Math.max(this.#controls.minDistance, offset.radius * factor));
    this.#look(offset);
  }

  reset(): void {
    this.#look(home);
  }

  close(): void {
    this.#clear();
    this.#controls.dispose();
    this.#renderer.dispose();
  }

  #look(offset: Spherical): void {
    this.#camera.position.setFromSpherical(offset).add(centre);
    this.#controls.update();
    this.draw();
  }

  #clear(): void {
    this.#scene.remove(this.#content);
    this.#content.traverse((object: Object3D) => {
      if (object instanceof Mesh || object instanceof Line) {
        (object.geometry as BufferGeometry).dispose();
        (object.material as MeshLambertMaterial).dispose();
      }
    });
  }
}

function surface({ positions, shares, indices }: SurfaceMesh, { sequence }: FigureTheme): Object3D {
  const stops = sequence.map((stop) => new Color(stop));
  const colors = new Float32Array(positions.length);
  shares.forEach((share, index) => {
    const at = share * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(at));
    const color = stops[from]!.clone().lerp(stops[from + 1]!, at - from);
    colors.set([color.r, color.g, color.b], 3 * index);
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setAttribute('color', new BufferAttribute(colors, 3));
  geometry.setIndex(new BufferAttribute(indices, 1));
  geometry.computeVertexNormals();
  return new Mesh(geometry, new MeshLambertMaterial({ vertexColors: true, side: DoubleSide }));
}

/** The line lies on the surface, points have their true height, and stems join the two. */
function way({ projected, actual }: SurfaceTrajectory, { floor, ink }: FigureTheme): Object3D[] {
  const geometryOf = (places: readonly Place[]): BufferGeometry =>
    new BufferGeometry().setFromPoints(places.map(([x, y, z]) => new Vector3(x, y + 0.004, z)));
  const stems = projected.flatMap((place, index) => [place, actual[index]!]);
  const points = actual.map(([x, y, z]) => {
    const point = new Mesh(new SphereGeometry(0.016, 12, 8), new MeshBasicMaterial({ color: floor }));
    point.position.set(x, y, z);
    return point;
  });
  return [
    new Line(geometryOf(projected), new LineBasicMaterial({ color: floor })),
    new LineSegments(geometryOf(stems), new LineBasicMaterial({ color: ink })),
    ...points,
  ];
}
