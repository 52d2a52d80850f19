using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks.Errors;

namespace OrleansTasks.Running;

/// <summary>
/// Reads the exceptions of handlers. If a type overrides the message or the stack, its code runs on another thread with a limited wait, so
/// that no exception keeps its run from ending.
/// </summary>
internal sealed class ThrownReader([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, IOptions<TasksOptions> options)
{
    /// <summary>The longest wait for an exception's own code.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly ConditionalWeakTable<Type, object> Plain = [];
    private readonly TaskEngineLimits _limits = options.Value.Limits;

    public ValueTask<Thrown> ReadAsync(Exception e, bool withDescription) =>
        ExceptionText.NodesOf(e).All(static n => IsPlain(n.GetType()))
            ? ValueTask.FromResult(Read(e, withDescription))
            : ReadElsewhereAsync(e, withDescription);

    private Thrown Read(Exception e, bool withDescription) =>
        new(ExceptionText.NameOf(e), ExceptionText.MessageOf(e, _limits.MaxErrorLength),
            withDescription ? ExceptionText.Describe(e, _limits.MaxStackLength) : "");

    private async ValueTask<Thrown> ReadElsewhereAsync(Exception e, bool withDescription)
    {
        var reading = Task.Factory.StartNew(() => Read(e, withDescription), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            return await reading.WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            var name = ExceptionText.NameOf(e);
            var text = failed is TimeoutException
                ? $"(The message of {name} was not there after {Patience.TotalSeconds:0} s.)"
                : $"(The message of {name} could not be read: {ExceptionText.NameOf(failed)}.)";
            return new Thrown(name, text, $"{name}: {text}");
        }
    }

    /// <summary>Decides whether the code for message and stack belongs to .NET or Orleans.</summary>
    private static bool IsPlain(Type type) =>
        Plain.GetValue(type,
            static t =>
                IsOurs(t, nameof(Exception.Message)) && IsOurs(t, nameof(Exception.StackTrace))
                    && IsOurs(t, nameof(Exception.Data))) is true;

    private static bool IsOurs(Type type, string property)
    {
        try
        {
            return type.GetProperty(property,
                BindingFlags.Public | BindingFlags.Instance)?.GetMethod?.DeclaringType?.Assembly is { } assembly
                && (assembly == typeof(object).Assembly || assembly == typeof(TaskException).Assembly
                    || assembly == typeof(ThrownReader).Assembly
                    || assembly.GetName().Name is { } name
                    && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)));
        }
        catch (AmbiguousMatchException)
        {
            // The type hides the property with one of its own.
            return false;
        }
    }
}
