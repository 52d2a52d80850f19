using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers;

/// <summary>Represents a compiled handler: it binds a run's arguments and calls the code.</summary>
internal interface ITaskInvoker
{
    /// <summary>Gets the parameters.</summary>
    IReadOnlyList<HandlerParameter> Parameters { get; }

    /// <summary>Gets whether one parameter takes all arguments together.</summary>
    bool TakesAll { get; }

    /// <summary>
    /// Gets what JSON would lose of the handler's values, by their declared type. Null if nothing, or if there is no value.
    /// </summary>
    string? ValueFault { get; }

    /// <summary>Checks whether arguments fit, without running anything.</summary>
    /// <exception cref="TaskArgumentException">They do not fit. The message says which and why.</exception>
    void Check(string task, TaskArguments arguments);

    /// <summary>Binds the arguments and calls the handler.</summary>
    /// <param name="services">The run's scope.</param>
    /// <param name="run">The run.</param>
    /// <param name="wantsValue">Whether the value is written as JSON.</param>
    /// <returns>The value as JSON, or null if the handler has none, or if it is not requested.</returns>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    /// <exception cref="TaskValueException">The value cannot be written as JSON.</exception>
    ValueTask<byte[]?> InvokeAsync(IServiceProvider services, TaskRunContext run, bool wantsValue);

    /// <summary>Binds the arguments and calls the handler. Returns the value as an object, for filters, which may replace it.</summary>
    /// <param name="services">The run's scope.</param>
    /// <param name="run">The run.</param>
    /// <param name="made">Receives what must be disposed after the value is written.</param>
    /// <returns>The value, or null if the handler has none.</returns>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    ValueTask<object?> CallAsync(IServiceProvider services, TaskRunContext run, MadeObjects made);

    /// <summary>Writes a value that <see cref="CallAsync"/> returned, or its replacement.</summary>
    /// <returns>The value as JSON, or null if the handler has none and there is no replacement.</returns>
    /// <exception cref="TaskValueException">The value cannot be written as JSON.</exception>
    byte[]? Write(object? value, string task);
}
