using OrleansTasks.Running;
using OrleansTasks.Simulation;

CommandLine line;
try
{
    line = CommandLine.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(CommandLine.Help);
    return 2;
}

Completions.KeepOffThePool();
var isWell = line switch
{
    { Seed: { } seed } => Commands.TellOne(seed, line.Settings with { Planted = line.Planted }),
    { Planted: not null } => Commands.Plant(line),
    _ => Commands.TakeMany(line),
};
return isWell ? 0 : 1;
