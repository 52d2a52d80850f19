using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Judging;
using OrleansTasks.Chaos.Machines;

switch (args.FirstOrDefault())
{
    case SiloHost.Verb:
        await SiloHost.RunAsync(args[1..]);
        return 0;
    case ListenerHost.Verb:
        await ListenerHost.RunAsync(args[1..]);
        return 0;
}

try
{
    return await CheckAsync(ChaosOptions.Parse(args), TimeProvider.System);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message + Environment.NewLine + ChaosOptions.Usage);
    return 2;
}
catch (CheckImpossibleException e)
{
    Console.Error.WriteLine($"This cannot be checked: {e.Message}");
    return 2;
}

static async Task<int> CheckAsync(ChaosOptions options, TimeProvider time)
{
    if (Clusters.Missing(options) is { } missing)
    {
        throw new CheckImpossibleException(missing);
    }

    Promises.Recovery = options.Recovery;
    if (Directory.Exists(options.Folder))
    {
        Directory.Delete(options.Folder, recursive: true);
    }

    Directory.CreateDirectory(options.Folder);
    await using var cluster = await Clusters.StartAsync(options, time);
    var outcome = await new Check(options, cluster, time).RunAsync();
    await Report.WriteAsync(options, outcome);
    return outcome.Verdict.Kept ? 0 : 1;
}
