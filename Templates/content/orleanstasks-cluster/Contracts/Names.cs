using OrleansTasks;

namespace Company.Tasks.Contracts;

/// <summary>The tasks that web servers ask for, with the types of their argument and value: what silos and web servers have in common.</summary>
public static class Names
{
    /// <summary>Squares a number.</summary>
    public static readonly TaskName<int, long> Square = new("square");
}
