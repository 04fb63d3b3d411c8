/** The same port but for some of its methods. */
export function replaced<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, property): unknown {
      const own: unknown = Reflect.get(methods, property);
      const value: unknown = own ?? Reflect.get(target, property, target);
      return typeof value === "function" && own === undefined ? value.bind(target) : value;
    },
  });
}
