using OrleansTasks.Cli.Commands;
using OrleansTasks.Cli.Hosting;

return await CommandLine.InvokeAsync(args, CliHost.OfThisProcess(), CancellationToken.None);
