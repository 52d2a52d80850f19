using OrleansTasks.Shop;

// A shop that tests start and kill: `silo CONNECTION PORT GATEWAY` books orders, `till CONNECTION` takes them.
await (args is ["silo", var database, var port, var gateway]
    ? BookingSilo.RunAsync(database, int.Parse(port, null), int.Parse(gateway, null))
    : args is ["till", var orders] ? Till.RunAsync(orders)
    : throw new ArgumentException($"The arguments are '{string.Join(' ', args)}'. Give silo CONNECTION PORT GATEWAY, or till CONNECTION."));
