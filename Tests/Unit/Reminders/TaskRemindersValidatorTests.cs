using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Timers;
using OrleansTasks.Reminders;

namespace OrleansTasks.Tests.Unit.Reminders;

public sealed class TaskRemindersValidatorTests
{
    [Theory]
    [InlineData(false, false, "UseInMemoryReminderService")]
    [InlineData(true, false, null)]
    [InlineData(true, true, "Call AddTaskReminders after it")]
    public void ValidateConfiguration_BesideRemindersOfOrleans_AllowsThemIfToldTo(bool isAllowed, bool isLast, string? expected)
    {
        var services = new ServiceCollection();
        services.AddReminders();
        AddRegistry(services);
        if (isLast)
        {
            services.AddSingleton(new FakeRegistry());
            services.AddSingleton<IReminderRegistry>(static s => s.GetRequiredService<FakeRegistry>());
        }

        var thrown = Record.Exception(() => Validate(services, new ReminderDefaults { BesideOrleans = isAllowed }));

        Assert.Equal(expected is null, thrown is null);
        Assert.True(expected is null || thrown is OrleansConfigurationException);
        Assert.Contains(expected ?? "", thrown?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void ValidateConfiguration_WithOptionsOutOfRange_NamesThem()
    {
        var defaults = new ReminderDefaults();
        defaults.Options = defaults.Options with { MaxConcurrentRuns = 0 };

        var thrown = Assert.Throws<OrleansConfigurationException>(() => Validate(AddRegistry([]), defaults));

        Assert.Contains("AddTaskReminders: Options.MaxConcurrentRuns is 0", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ValidateConfiguration_WithTheDefaults_AcceptsThem() => Validate(AddRegistry([]), new ReminderDefaults());

    private static ServiceCollection AddRegistry(ServiceCollection services)
    {
        services.AddSingleton<IReminderRegistry>(new TaskReminderRegistry(null!, new ReminderDefaults(), TimeProvider.System));
        return services;
    }

    private static void Validate(ServiceCollection services, ReminderDefaults defaults)
    {
        using var container = services.BuildServiceProvider();
        new TaskRemindersValidator(container, defaults, Options.Create(new TasksOptions())).ValidateConfiguration();
    }

    private sealed class FakeRegistry : IReminderRegistry
    {
        public Task<IGrainReminder> RegisterOrUpdateReminder(
            GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder) => throw new NotSupportedException();

        public Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) => throw new NotSupportedException();

        public Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) => throw new NotSupportedException();
    }
}
