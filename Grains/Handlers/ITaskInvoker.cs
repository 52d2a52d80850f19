using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers;

/// <summary>A handler, compiled: binds a run's arguments and calls the code.</summary>
internal interface ITaskInvoker
{
    /// <summary>The parameters.</summary>
    IReadOnlyList<HandlerParameter> Parameters { get; }

    /// <summary>Whether the one parameter takes all arguments together.</summary>
    bool TakesAll { get; }

    /// <summary>Gets what JSON would lose of the handler's values, from their declared type; null if nothing, or if there is no value.</summary>
    string? ValueFault { get; }

    /// <summary>Finds out whether arguments fit, without running anything.</summary>
    /// <exception cref="TaskArgumentException">They do not; the message says which and why.</exception>
    void Check(string task, TaskArguments arguments);

    /// <summary>Binds and calls.</summary>
    /// <param name="services">The run's own scope.</param>
    /// <param name="run">The run.</param>
    /// <param name="wantsValue">Whether the value is to be written as JSON.</param>
    /// <returns>The value as JSON; null if the handler has none, or none is wanted.</returns>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    /// <exception cref="TaskValueException">The value cannot be written as JSON.</exception>
    ValueTask<byte[]?> InvokeAsync(IServiceProvider services, TaskRunContext run, bool wantsValue);

    /// <summary>Binds and calls, and gives the value as it is, for those who may exchange it.</summary>
    /// <param name="services">The run's own scope.</param>
    /// <param name="run">The run.</param>
    /// <param name="made">Takes what is to be disposed when the value is written.</param>
    /// <returns>The value; null if the handler has none.</returns>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    ValueTask<object?> CallAsync(IServiceProvider services, TaskRunContext run, MadeObjects made);

    /// <summary>Writes a value that <see cref="CallAsync"/> gave, or that is to be in its place.</summary>
    /// <returns>The value as JSON; null if the handler has none, and this is none.</returns>
    /// <exception cref="TaskValueException">The value cannot be written as JSON.</exception>
    byte[]? Write(object? value, string task);
}
