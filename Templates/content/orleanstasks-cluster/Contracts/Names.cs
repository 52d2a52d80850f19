using OrleansTasks;

namespace Company.Tasks.Contracts;

/// <summary>Defines the task names that silos and web servers share, with the types of arguments and values.</summary>
public static class Names
{
    /// <summary>Squares a number.</summary>
    public static readonly TaskName<int, long> Square = new("square");
}
